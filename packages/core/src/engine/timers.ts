import { NumberColumn } from "./columns.ts";
import { TimeBuckets } from "./time-buckets.ts";

/** The order of what a rule does at one instant. */
export const Phase = { end: 0, for: 1, expire: 2 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
const phases = 3;

/** Runs what is due for some slots of a rule at one instant. */
export interface TimerHandler {
  due(time: number, slots: readonly number[]): void;
}

/**
 * What is due later, over all rules.
 *
 * Time    `run(until)` goes through the instants in order; at one instant by rule, then phase, each handler called once with all its slots.
 * State   at most one armed entry per handler and slot; a due time that moves later is armed again when the old one comes.
 */
export class Timers {
  readonly #buckets = new TimeBuckets<{ readonly rank: number; readonly slot: number }>();
  readonly #handlers = new Map<number, TimerHandler>();

  /** The earliest instant at which something may be due. */
  get first(): number {
    return this.#buckets.first;
  }

  handle(rule: number, phase: Phase, handler: TimerHandler): (time: number, slot: number) => void {
    const rank = rule * phases + phase;
    this.#handlers.set(rank, handler);
    return (time, slot) => this.#buckets.add(time, { rank, slot });
  }

  /** Runs the earliest instant. */
  runFirst(): void {
    const time = this.#buckets.first;
    const entries = this.#buckets.take();
    if (entries.length === 1) {
      const only = entries[0]!;
      this.#handlers.get(only.rank)!.due(time, [only.slot]);
      return;
    }
    const byRank = new Map<number, number[]>();
    for (const { rank, slot } of entries) {
      const slots = byRank.get(rank);
      if (slots === undefined) byRank.set(rank, [slot]);
      else slots.push(slot);
    }
    for (const rank of [...byRank.keys()].sort((a, b) => a - b)) this.#handlers.get(rank)!.due(time, byRank.get(rank)!);
  }
}

/**
 * One due time per slot for one handler: what is set again for later costs nothing until the earlier time comes.
 */
export class SlotTimers {
  readonly #due = new NumberColumn(Infinity);
  readonly #armed = new NumberColumn(Infinity);
  readonly #arm: (time: number, slot: number) => void;
  #count = 0;

  constructor(timers: Timers, rule: number, phase: Phase, run: (time: number, slots: number[]) => void) {
    this.#arm = timers.handle(rule, phase, {
      due: (time, slots) => {
        const ready: number[] = [];
        for (const slot of slots) {
          // An entry of a slot that was freed, or armed anew for another time.
          if (this.#armed.data[slot] !== time) continue;
          this.#armed.data[slot] = Infinity;
          const due = this.#due.data[slot]!;
          if (due === time) {
            this.#due.data[slot] = Infinity;
            this.#count--;
            ready.push(slot);
          } else if (due !== Infinity) this.#armAt(due, slot);
        }
        if (ready.length > 0) run(time, ready);
      },
    });
  }

  /** Slots with a due time. */
  get count(): number {
    return this.#count;
  }

  /** `Infinity` where nothing is due. */
  at(slot: number): number {
    return this.#due.data[slot]!;
  }

  set(slot: number, time: number): void {
    const before = this.#due.data[slot]!;
    this.#due.data[slot] = time;
    if (before === Infinity) this.#count++;
    if (time === Infinity) this.#count--;
    else if (time < this.#armed.data[slot]!) this.#armAt(time, slot);
  }

  clear(slot: number): void {
    if (this.#due.data[slot] !== Infinity) this.set(slot, Infinity);
  }

  grow(capacity: number): void {
    this.#due.grow(capacity);
    this.#armed.grow(capacity);
  }

  #armAt(time: number, slot: number): void {
    this.#armed.data[slot] = time;
    this.#arm(time, slot);
  }
}
