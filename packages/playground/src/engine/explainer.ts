import { type Engine, type NearMiss, type Plan, type WhyNot, whyNotLines } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { startEngine } from "./hosted-engine.ts";
import { planOfRule } from "./rule-closure.ts";
import type { Reporter } from "./reporter.ts";

/** Why a rule did not fire, in words and as data. */
export interface WhyNotAnswer {
  readonly lines: readonly string[];
  readonly why: WhyNot;
}

/** What came less than half of the way was not near. */
const nearFrom = 0.5;

interface Explained {
  readonly rule: string;
  readonly engine: Engine;
  position: number;
}

/** Runs one rule once more over the recording, with an engine that remembers why; kept until another rule is asked about. */
export class Explainer {
  readonly #store: EventStore;
  readonly #plan: Plan;
  readonly #reporter: Reporter;
  #explained: Explained | null = null;

  constructor(store: EventStore, plan: Plan, reporter: Reporter) {
    this.#store = store;
    this.#plan = plan;
    this.#reporter = reporter;
  }

  /** Why the rule did not fire up to `time`, for a key of which some parts may be left open; `null` where another question came. */
  async whyNot(rule: string, key: Readonly<Record<string, unknown>>, time: number): Promise<WhyNotAnswer | null> {
    const engine = await this.#run(rule);
    if (engine === null) return null;
    const why = engine.whyNot(rule, key, time);
    return { lines: whyNotLines(why, { time: shortTime }), why };
  }

  async nearMisses(rule: string, limit: number): Promise<readonly NearMiss[] | null> {
    const engine = await this.#run(rule);
    return engine === null ? null : nearestMisses(engine, rule, limit);
  }

  async #run(rule: string): Promise<Engine | null> {
    if (this.#explained?.rule !== rule) {
      const plan = planOfRule(this.#plan, rule);
      this.#explained = { rule, engine: startEngine(plan, { explain: { rules: [rule] } }), position: 0 };
    }
    const explained = this.#explained;
    while (explained.position < this.#store.length) {
      const isTimeUp = this.#reporter.timer();
      do {
        const index = explained.position++;
        explained.engine.push(this.#store.stream(index), this.#store.event(index));
        if (explained.position === this.#store.length) explained.engine.finish();
      } while (explained.position < this.#store.length && !isTimeUp());
      await this.#reporter.rest();
      if (this.#explained !== explained) return null;
    }
    return explained.engine;
  }
}

/** When a rule came near to firing, the nearest first. */
export function nearestMisses(engine: Engine, rule: string, limit: number): readonly NearMiss[] {
  return engine.nearMisses(rule, limit).filter(({ closeness }) => closeness >= nearFrom);
}

/** A time as the page writes it. */
export function shortTime(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 23).replace("T", " ") : "the end";
}
