import type { Engine } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { startEngine } from "./hosted-engine.ts";
import type { HostedPlan } from "./hosting.ts";

/** What one value of a sweep gives. */
export interface SweepPoint {
  readonly alerts: number;
  readonly suppressed: number;
  readonly keys: number;
}

/** Several versions of a rule over one recording, in one pass. */
export class Sweep {
  readonly #store: EventStore;
  readonly #rule: string;
  readonly #lanes: { readonly engine: Engine; alerts: number; readonly keys: Set<string> }[];
  position = 0;

  constructor(store: EventStore, plans: readonly HostedPlan[], rule: string) {
    this.#store = store;
    this.#rule = rule;
    this.#lanes = plans.map((plan) => ({ engine: startEngine(plan), alerts: 0, keys: new Set<string>() }));
  }

  advance(isTimeUp: () => boolean): boolean {
    while (this.position < this.#store.length) {
      const event = this.#store.event(this.position);
      const stream = this.#store.stream(this.position);
      for (const lane of this.#lanes) this.#count(lane, lane.engine.push(stream, event));
      this.position++;
      if (this.position % 16 === 0 && isTimeUp()) return false;
    }
    for (const lane of this.#lanes) this.#count(lane, lane.engine.finish());
    return true;
  }

  points(): readonly SweepPoint[] {
    return this.#lanes.map(({ engine, alerts, keys }) => ({
      alerts,
      suppressed: engine.stats().rules.find(({ rule }) => rule === this.#rule)?.suppressed ?? 0,
      keys: keys.size,
    }));
  }

  #count(lane: { alerts: number; readonly keys: Set<string> }, fired: ReturnType<Engine["push"]>): void {
    for (const { rule, status, key } of fired) {
      if (rule !== this.#rule || status !== "firing") continue;
      lane.alerts++;
      lane.keys.add(JSON.stringify(key));
    }
  }
}
