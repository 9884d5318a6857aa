import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Episodes } from "./episodes.ts";
import type { Group } from "./group.ts";
import type { GroupWindow } from "./group-window.ts";
import { FloatField } from "../window/records.ts";
import type { Branch, RuleOutput } from "./rule-output.ts";
import type { RulePosition } from "./rule-position.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import { sortByKey } from "./sort-slots.ts";
import { Phase } from "./timers.ts";

/** The ends of the windows of a rule evaluated by the clock, in milliseconds. */
export interface Ends {
  readonly everyMs: number;
  readonly offsetMs: number;
  /** Length of a hopping window; `null` for a tumbling one, which is as long as its distance. */
  readonly lengthMs: number | null;
}

const maxEmptyWindows = 10_000;
/** The rule's next end is no key's: it is armed under this slot. */
const noSlot = 0;

/**
 * A rule evaluated at the ends of its windows: EVERY d, or WITHIN d EVERY s.
 *
 * Time    at each multiple of the distance (plus OFFSET) that the clock reaches: the window holds [T − d, T).
 * State   the window per key; the keys that had an event in it, or an open episode.
 */
export class ClockRule implements RuleRunner {
  readonly position: RulePosition;
  readonly output: RuleOutput;
  readonly #runtime: Runtime;
  readonly #group: Group;
  readonly #branches: readonly Branch[];
  readonly #window: GroupWindow;
  readonly #ends: Ends;
  readonly #episodes: Episodes;
  /** Keys to be evaluated at the next end. */
  readonly #active = new Set<number>();
  readonly #arm: (time: number, slot: number) => void;
  #nextEnd = Infinity;
  /** Without BY: empty windows in a row, and where they were given up. */
  #empty = 0;
  #gaveUpAt = Number.NaN;

  constructor(
    runtime: Runtime,
    position: RulePosition,
    group: Group,
    output: RuleOutput,
    branches: readonly Branch[],
    window: GroupWindow,
    ends: Ends,
  ) {
    this.#runtime = runtime;
    this.position = position;
    this.#group = group;
    this.output = output;
    this.#branches = branches;
    this.#window = window;
    this.#ends = ends;
    this.#episodes = new Episodes(runtime, position, branches, output, {
      holdMs: 0,
      prepares: true,
      onFor: (time, slots) => this.#finishFors(time, slots),
      records: group.records,
      openedAt: () => new FloatField(group.records, Infinity),
      openCount: null,
    });
    group.keepsNewest = true;
    this.#arm = runtime.timers.handle(position, Phase.end, {
      due: (time) => {
        if (time === this.#nextEnd) this.#end(time);
      },
    });
  }

  looksBefore(): boolean {
    return false;
  }

  lookBefore(): void {}

  onEvent(slot: number, t: number): void {
    this.#active.add(slot);
    this.#empty = 0;
    if (this.#nextEnd !== Infinity) return;
    const { everyMs, offsetMs } = this.#ends;
    this.#setNextEnd(Math.floor((t - offsetMs) / everyMs) * everyMs + everyMs + offsetMs);
    if (!Number.isNaN(this.#gaveUpAt)) {
      this.output.counts.limited += Math.max(0, (this.#nextEnd - this.#gaveUpAt) / everyMs - 1);
      this.#gaveUpAt = Number.NaN;
    }
  }

  canForget(slot: number): boolean {
    return !this.#active.has(slot);
  }

  forget(slot: number): void {
    this.#episodes.forget(slot);
    this.#active.delete(slot);
    this.#gaveUpAt = Number.NaN;
  }

  holds(slot: number): boolean {
    return this.#active.has(slot) || this.#episodes.waits(slot);
  }

  grow(capacity: number): void {
    this.#episodes.grow(capacity);
  }

  pending(): number {
    let keys = 0;
    for (const slot of this.#active) if (this.#isPending(slot)) keys++;
    return keys + this.#episodes.waiting;
  }

  save(slot: number, out: ByteWriter): void {
    out.boolean(this.#active.has(slot));
    this.#episodes.save(slot, out);
  }

  load(slot: number, input: ByteReader): void {
    if (input.boolean()) this.#active.add(slot);
    this.#episodes.load(slot, input);
  }

  saveShared(out: ByteWriter): void {
    out.float(this.#nextEnd);
    out.uint(this.#empty);
    out.float(this.#gaveUpAt);
  }

  loadShared(input: ByteReader): void {
    const next = input.float();
    if (next !== Infinity) this.#setNextEnd(next);
    this.#empty = input.uint();
    this.#gaveUpAt = input.float();
  }

  get #keyed(): boolean {
    return this.#group.spec.keySize > 0;
  }

  /** Whether the next end says anything of the key: it has an event in that window, or an episode to close. */
  #isPending(slot: number): boolean {
    if (this.#nextEnd === Infinity) return false;
    if (!this.#keyed || this.#group.spec.expireMs !== null || this.#episodes.anyOpen(slot)) return true;
    return this.#group.lastTime(slot) >= this.#nextEnd - (this.#ends.lengthMs ?? this.#ends.everyMs);
  }

  #setNextEnd(time: number): void {
    this.#nextEnd = time;
    this.#arm(time, noSlot);
  }

  #end(time: number): void {
    this.#nextEnd = Infinity;
    const slots = sortByKey([...this.#active], (slot) => this.#group.keyAt(slot));
    for (const slot of slots) this.#endOf(slot, time);
    if (this.#active.size === 0) return;
    if (!this.#keyed && this.#empty >= maxEmptyWindows) this.#gaveUpAt = time;
    else this.#setNextEnd(time + this.#ends.everyMs);
  }

  #endOf(slot: number, time: number): void {
    this.#group.touch(slot);
    const { store } = this.#window;
    const { lengthMs } = this.#ends;
    if (lengthMs !== null) store.dropBefore(slot, time - lengthMs);
    const expires = this.#group.spec.expireMs !== null;
    if (store.count(slot) === 0) {
      // A silent key is evaluated until it expires, and at age d it has.
      if (this.#group.expiresAt(slot, time)) return;
      this.#empty++;
      if (this.#keyed && !expires) {
        this.#leave(slot, time);
        return;
      }
    }
    this.#group.lookAt(slot, time, () => {
      const { context } = this.#runtime;
      this.#episodes.evaluate(slot, time, (branch) => branch.when === null || branch.when(context) === true);
      this.output.observer?.evaluated(time, this.#branches, (branch) => this.#episodes.openedAt(branch, slot));
    });
    if (lengthMs !== null) return;
    store.reset(slot);
    if (this.#keyed && !expires && !this.#episodes.anyOpen(slot)) this.#active.delete(slot);
  }

  #leave(slot: number, time: number): void {
    this.#group.setContext(slot);
    for (const branch of this.#branches) {
      if (this.#episodes.isOpen(branch, slot)) this.#episodes.close(branch, slot, time);
    }
    this.#active.delete(slot);
  }

  #finishFors(time: number, slots: number[]): void {
    for (const slot of sortByKey(slots, (s) => this.#group.keyAt(s))) {
      this.#group.setContext(slot);
      // Window and fields are as the last end left them: it found the condition TRUE, else the episode were closed.
      this.#episodes.finishFor(slot, time, () => true);
    }
  }
}
