import type { HeldRules } from "../dispatch/held-rules.ts";
import type { FloatField } from "../window/records.ts";
import type { GroupWindow } from "./group-window.ts";
import type { KeyHistory } from "./key-history.ts";
import type { RuleRunner } from "./rule-runner.ts";
import type { Runtime } from "./runtime.ts";
import type { SlotTable } from "./slot-table.ts";
import { SweepHand } from "./sweep-hand.ts";

/** The keys of a group and what is kept of them. */
interface SweptGroup {
  readonly slots: SlotTable;
  readonly windows: readonly GroupWindow[];
  readonly history: KeyHistory;
  runnersAt(slot: number): readonly RuleRunner[];
  readonly newestTime: FloatField;
  readonly staleMs: number;
  /** Drops what windows do not hold just before an instant. */
  dropBefore(slot: number, t: number): void;
  forget(slot: number): void;
}

/** Finds the keys of a group of which nothing is left that could change an alert, and has them forgotten. */
export class IdleKeys {
  readonly #group: SweptGroup;
  readonly #held: HeldRules | null;
  readonly #runtime: Runtime;
  readonly #retentionMs: number;
  /** Keys that nothing but EXPIRE makes forgettable. */
  readonly #immortal: boolean;
  readonly #hand: SweepHand;

  /** To be made once all rules are in; `held` says which of many rules hold something of a key. */
  constructor(group: SweptGroup, held: HeldRules | null, runtime: Runtime) {
    this.#group = group;
    this.#held = held;
    this.#runtime = runtime;
    const { windows, history, staleMs } = group;
    this.#retentionMs = Math.max(0, ...windows.map(({ shape }) => (shape.kind === "within" ? shape.lengthMs : 0)));
    this.#immortal = history.used || windows.some(({ shape }) => shape.kind === "all" || shape.kind === "last");
    const keptMs = staleMs === Infinity ? this.#retentionMs : Math.min(this.#retentionMs, staleMs);
    this.#hand = new SweepHand(this.#immortal ? staleMs : keptMs);
  }

  /** Slots are to be looked at with the first event from then on. */
  get due(): number {
    return this.#hand.due;
  }

  /** Looks at some slots and frees those whose keys have no live state; gives whether it has come around. */
  sweep(t: number): boolean {
    const { now } = this.#runtime.clock;
    return this.#hand.move(t, this.#group.slots.size, (slot) => this.#forgetIfIdle(slot, now));
  }

  sweepAll(): void {
    const { now } = this.#runtime.clock;
    const { slots } = this.#group;
    for (let slot = 1; slot < slots.size; slot++) this.#forgetIfIdle(slot, now);
  }

  /** Frees the slot of a key that has no live state. */
  look(slot: number): void {
    this.#forgetIfIdle(slot, this.#runtime.clock.now);
  }

  /** Of a key of which a rule has just dropped what it kept. */
  release(slot: number): void {
    if (!this.#immortal) this.#forgetIfIdle(slot, this.#runtime.clock.now);
  }

  #forgetIfIdle(slot: number, now: number): void {
    const group = this.#group;
    if (!group.slots.isLive(slot)) return;
    const newest = group.newestTime.get(slot);
    if (now - newest >= group.staleMs) {
      group.forget(slot);
      return;
    }
    // An event at `now` may still come and look at what has age d.
    if (this.#immortal || newest + this.#retentionMs >= now) return;
    const { windows } = group;
    group.dropBefore(slot, now);
    if (windows.some((window) => window.store.count(slot) > 0)) return;
    const runners = group.runnersAt(slot);
    const mayForget =
      this.#held === null
        ? runners.every((runner) => runner.canForget(slot))
        : this.#held.at(slot).every((place) => runners[place]!.canForget(slot));
    if (mayForget) group.forget(slot);
  }
}
