import type { Alert, Engine } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { startEngine } from "./hosted-engine.ts";
import type { HostedPlan } from "./hosting.ts";
import { lookBackMs } from "./rule-closure.ts";

/** An engine beside the playhead that tells when the condition of a breakpoint becomes true. */
export class BreakpointProbe {
  readonly #plan: HostedPlan;
  readonly #lookBackMs: number | null;
  readonly #store: EventStore;
  readonly #timeOf: (index: number) => number;
  readonly #rule: string;
  #engine: Engine | null = null;
  #position = 0;

  constructor(plan: HostedPlan, rule: string, store: EventStore, timeOf: (index: number) => number) {
    this.#plan = plan;
    this.#rule = rule;
    this.#store = store;
    this.#timeOf = timeOf;
    const target = plan.rules.find(({ name }) => name === rule);
    // A rule that reads the stream of another looks back further than its own window.
    this.#lookBackMs = target === undefined || plan.rules.length > 1 ? null : lookBackMs(target, plan);
  }

  /** Comes to where `position` events have been pushed, for as long as there is time; whether it is there. */
  catchUp(position: number, isTimeUp: () => boolean): boolean {
    if (this.#engine === null || position < this.#position) this.#begin(position);
    while (this.#position < position) {
      this.step();
      if (isTimeUp()) return false;
    }
    return true;
  }

  /** Pushes the next event, and ends the recording behind the last; the alerts of the rule that it gave. */
  step(): readonly Alert[] {
    const engine = this.#engine ?? startEngine(this.#plan);
    this.#engine = engine;
    const index = this.#position++;
    if (index >= this.#store.length) return [];
    const alerts = engine.push(this.#store.stream(index), this.#store.event(index));
    const all = index + 1 === this.#store.length ? [...alerts, ...engine.finish()] : alerts;
    // Rules whose streams it reads run too.
    return all.filter(({ rule }) => rule === this.#rule);
  }

  /** Begins anew no further back than the window of the rule reaches. */
  #begin(position: number): void {
    this.#engine = startEngine(this.#plan);
    this.#position = 0;
    const look = this.#lookBackMs;
    if (look === null || position === 0) return;
    const from = this.#timeOf(position - 1) - look;
    let first = position;
    // Events may be out of order by some of them: a stretch of earlier ones ends the search.
    for (let earlier = 0; first > 0 && earlier < maxDisorder; first--) {
      if (this.#timeOf(first - 1) <= from) earlier++;
      else earlier = 0;
    }
    this.#position = first;
  }
}

const maxDisorder = 1000;
