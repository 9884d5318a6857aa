import type { RulePosition } from "../engine/rule-position.ts";
import { Phase, type Timers } from "../engine/timers.ts";

/**
 * When runs of keys are over, at least one of each key.
 *
 * Time    exactly where `grainMs` is 1; else at the next multiple of it, so that keys share instants and cost a place in a list each.
 * State   at most one entry per slot ever handed out, whatever happens to its keys until it is due.
 */
export class RunTimers {
  readonly #grainMs: number;
  readonly #arm: (time: number, slot: number) => void;
  /** By slot, the instant for which it is armed; 0 where it is not. Not forgotten with the key: the entry is still there. */
  #armed: number[] = [];
  /** By instant, where those are shared. */
  readonly #shared = new Map<number, number[]>();
  /** The list used last. */
  #lastDue = Number.NaN;
  #lastSlots: number[] = [];

  constructor(timers: Timers, rule: RulePosition, grainMs: number, run: (time: number, slots: number[]) => void) {
    this.#grainMs = grainMs;
    this.#arm = timers.handle(rule, Phase.end, {
      due: (time, slots) => run(time, this.#take(time, slots)),
    });
  }

  /** Runs of the slot are over at a time: later than all times that it was set for before. */
  set(slot: number, time: number): void {
    const armed = this.#armed;
    if (slot < armed.length && armed[slot]! !== 0) return;
    while (armed.length <= slot) armed.push(0);
    if (this.#grainMs === 1) {
      armed[slot] = time;
      this.#arm(time, slot);
      return;
    }
    const due = Math.ceil(time / this.#grainMs) * this.#grainMs;
    armed[slot] = due;
    if (due !== this.#lastDue) this.#open(due);
    this.#lastSlots.push(slot);
  }

  /** Gives the memory of slots from `size` on back, which have been given back themselves. */
  shrink(size: number): void {
    if (this.#armed.length > size) this.#armed = this.#armed.slice(0, size);
  }

  #open(due: number): void {
    let slots = this.#shared.get(due);
    if (slots === undefined) {
      slots = [];
      this.#shared.set(due, slots);
      this.#arm(due, 0);
    }
    this.#lastDue = due;
    this.#lastSlots = slots;
  }

  /** The slots that are due, no longer armed. */
  #take(time: number, slots: readonly number[]): number[] {
    const due = this.#grainMs === 1 ? slots : (this.#shared.get(time) ?? []);
    this.#shared.delete(time);
    if (this.#lastDue === time) this.#lastDue = Number.NaN;
    const taken: number[] = [];
    for (const slot of due) {
      if (this.#armed[slot] !== time) continue;
      this.#armed[slot] = 0;
      taken.push(slot);
    }
    return taken;
  }
}
