import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { FloatField } from "../window/records.ts";
import type { Group } from "./group.ts";
import type { GroupWindow } from "./group-window.ts";
import type { Branch, RuleOutput } from "./rule-output.ts";
import type { RulePosition } from "./rule-position.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import { sortByKey } from "./sort-slots.ts";
import { Phase, SlotTimers } from "./timers.ts";

/**
 * A rule evaluated when a session of a key closes: SESSION gap [MAX d].
 *
 * Time    a session closes when the clock reaches its last event + gap, or its start + MAX.
 * State   one window and two numbers per open session: O(keys), not O(events).
 * Source  Akidau et al., "The Dataflow Model", VLDB 2015.
 */
export class SessionRule implements RuleRunner {
  readonly position: RulePosition;
  readonly output: RuleOutput;
  readonly #runtime: Runtime;
  readonly #group: Group;
  readonly #branches: readonly Branch[];
  readonly #window: GroupWindow;
  readonly #gapMs: number;
  readonly #maxMs: number;
  readonly #start: FloatField;
  readonly #closes: SlotTimers;

  constructor(
    runtime: Runtime,
    position: RulePosition,
    group: Group,
    output: RuleOutput,
    branches: readonly Branch[],
    window: GroupWindow,
    gapMs: number,
    maxMs: number | null,
  ) {
    this.#runtime = runtime;
    this.position = position;
    this.#group = group;
    this.output = output;
    this.#branches = branches;
    this.#window = window;
    this.#gapMs = gapMs;
    this.#maxMs = maxMs ?? Infinity;
    group.keepsNewest = true;
    this.#start = new FloatField(group.records, Infinity);
    this.#closes = new SlotTimers(
      runtime.timers,
      position,
      Phase.end,
      (time, slots) => this.#close(time, slots),
      group.records,
    );
  }

  /** When the session that is open for the slot began; `Infinity` where none is. */
  startOf(slot: number): number {
    return this.#start.get(slot);
  }

  looksBefore(): boolean {
    return false;
  }

  lookBefore(): void {}

  onEvent(slot: number, t: number): void {
    if (this.#start.get(slot) === Infinity) this.#start.set(slot, t);
    this.#closes.set(slot, Math.min(t + this.#gapMs, this.#start.get(slot) + this.#maxMs));
  }

  canForget(slot: number): boolean {
    return this.#start.get(slot) === Infinity;
  }

  forget(slot: number): void {
    this.#start.clear(slot);
    this.#closes.clear(slot);
  }

  holds(slot: number): boolean {
    return this.#closes.at(slot) !== Infinity;
  }

  grow(capacity: number): void {
    this.#closes.grow(capacity);
  }

  pending(): number {
    return this.#closes.count;
  }

  save(slot: number, out: ByteWriter): void {
    out.float(this.#start.get(slot));
    out.float(this.#closes.at(slot));
  }

  load(slot: number, input: ByteReader): void {
    this.#start.set(slot, input.float());
    this.#closes.set(slot, input.float());
  }

  saveShared(): void {}

  loadShared(): void {}

  #close(time: number, slots: number[]): void {
    for (const slot of sortByKey(slots, (s) => this.#group.keyAt(s))) {
      this.#group.lookAt(slot, time, () => {
        const branch = this.#branches.find((b) => b.when === null || b.when(this.#runtime.context) === true);
        if (branch !== undefined) this.output.fire(branch, time);
        this.output.observer?.evaluated(time, this.#branches, () => Infinity);
      });
      this.#window.store.reset(slot);
      this.#start.clear(slot);
    }
  }
}
