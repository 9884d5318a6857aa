import type { Engine, Plan } from "@weir/core";
import { GrowingFloat64, GrowingUint32 } from "../data/growing.ts";
import { lookBackMs } from "./rule-closure.ts";

const maxSamples = 4096;

/**
 * How many partial matches of each sequence there were in the course of a run.
 *
 * Time    event time, as the clock of the engine had it when it was asked.
 * State   at most 4,096 samples a sequence.
 */
export class OpenRuns {
  readonly #counts: readonly (GrowingUint32 | null)[];
  readonly #rules: readonly string[];
  readonly #withinMs: readonly number[];
  readonly #every: number;
  readonly #times = new GrowingFloat64();

  constructor(plan: Plan, events: number) {
    this.#rules = plan.rules.map(({ name }) => name);
    this.#withinMs = plan.rules.map((rule) => lookBackMs(rule, plan) ?? Infinity);
    this.#counts = plan.rules.map(({ sequence }) => (sequence === null ? null : new GrowingUint32()));
    const isEmpty = this.#counts.every((counts) => counts === null);
    this.#every = isEmpty ? Infinity : Math.ceil(events / maxSamples);
  }

  /** Takes a sample where one is due after so many events. */
  note(engine: Engine, position: number): void {
    if (position % this.#every !== 0) return;
    const { clock } = engine.progress();
    if (clock === null) return;
    this.#times.push(clock);
    for (const [rule, counts] of this.#counts.entries()) {
      counts?.push(engine.partialMatchCount(this.#rules[rule]!));
    }
  }

  /**
   * The most partial matches of a rule in each of `width` stretches of a time; `null` of a rule that is no sequence.
   *
   * Between two samples they are taken to be as many as at the first, and none once the WITHIN of all of them has run out.
   */
  most(rule: number, from: number, to: number, width: number): Uint32Array | null {
    const counts = this.#counts[rule] ?? null;
    if (counts === null) return null;
    const most = new Uint32Array(width);
    const placeOf = (time: number): number => ((time - from) * width) / (to - from);
    for (let i = 0; i < this.#times.length; i++) {
      const time = this.#times.get(i);
      const next = i + 1 < this.#times.length ? this.#times.get(i + 1) : time;
      const first = Math.floor(placeOf(time));
      const end = Math.ceil(placeOf(Math.min(next, time + this.#withinMs[rule]!)));
      for (let bin = Math.max(0, first); bin < Math.min(width, Math.max(end, first + 1)); bin++) {
        most[bin] = Math.max(most[bin]!, counts.get(i));
      }
    }
    return most;
  }
}
