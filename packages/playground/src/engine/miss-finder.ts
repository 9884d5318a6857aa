import type { Engine, NearMiss, Plan } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { nearestMisses } from "./explainer.ts";
import { startEngine } from "./hosted-engine.ts";
import type { Reporter } from "./reporter.ts";

/** Runs all rules once more over a recording to find when each came close to firing. */
export class MissFinder {
  readonly #store: EventStore;
  readonly #plan: Plan;
  readonly #reporter: Reporter;

  constructor(store: EventStore, plan: Plan, reporter: Reporter) {
    this.#store = store;
    this.#plan = plan;
    this.#reporter = reporter;
  }

  /** Those of every rule, by its place in the plan; `null` where they are no longer wanted. */
  async find(limit: number, isWanted: () => boolean): Promise<readonly (readonly NearMiss[])[] | null> {
    const engine: Engine = this.#reporter.atomic(() => startEngine(this.#plan, { explain: { events: false } }));
    const pause = this.#reporter.pauses();
    for (let index = 0; index < this.#store.length; index++) {
      engine.push(this.#store.stream(index), this.#store.event(index));
      await pause();
      if (!isWanted()) return null;
    }
    engine.finish();
    return this.#plan.rules.map(({ name }) => nearestMisses(engine, name, limit));
  }
}
