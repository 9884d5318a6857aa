import { type Alert, type Engine, type EventData, type Plan, readEventTime, type Why } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import type { ContributingEvent } from "../protocol/calls.ts";
import { type AlertStore, keyText } from "./alert-store.ts";
import type { Reporter } from "./reporter.ts";
import { startEngine } from "./hosted-engine.ts";
import { planOfRule } from "./rule-closure.ts";

export interface Explanation {
  readonly why: Why | null;
  readonly events: readonly ContributingEvent[];
}

/** So many of the newest events can be told by their identity. */
const rememberedEvents = 200_000;
/** So many of the newest alerts can be asked for without another run. */
const rememberedAlerts = 1000;

/** A rule on its way through the recording once more, with the engine asked to remember why. */
interface Rerun {
  readonly rule: string;
  readonly engine: Engine;
  /** The keys that are recorded: those for which the rule had fired when it began. */
  readonly keys: ReadonlySet<string>;
  position: number;
  /** By its place modulo their number. */
  readonly events: EventData[];
  /** What fired last, by what tells it from others. */
  readonly alerts: Map<string, Alert>;
  /** Whether the engine was told that the recording is over. */
  isFinished: boolean;
}

/** Says what made alerts fire: their rule runs once more up to there. Whoever goes from alert to alert does not begin anew. */
export class AlertExplainer {
  readonly #store: EventStore;
  readonly #plan: Plan;
  readonly #alerts: AlertStore;
  readonly #reporter: Reporter;
  #rerun: Rerun | null = null;

  /** `alerts`: of the run whose alerts are asked about. */
  constructor(store: EventStore, plan: Plan, alerts: AlertStore, reporter: Reporter) {
    this.#store = store;
    this.#plan = plan;
    this.#alerts = alerts;
    this.#reporter = reporter;
  }

  /** What made an alert fire after so many events, or `null` where it is no longer asked for. */
  async explain(alert: Alert, position: number, isWanted: () => boolean): Promise<Explanation | null> {
    const rerun = this.#rerunFor(alert, position);
    const store = this.#store;
    const pause = this.#reporter.pauses();
    while (rerun.position < position) {
      const index = rerun.position++;
      const event = store.event(index);
      rerun.events[index % rememberedEvents] = event;
      rerun.engine.push(store.stream(index), event);
      await pause();
      if (!isWanted()) return null;
    }
    if (!rerun.alerts.has(idOf(alert))) {
      rerun.engine.finish();
      rerun.engine.advanceTo(alert.at);
      rerun.isFinished = true;
    }
    const found = rerun.alerts.get(idOf(alert));
    if (found === undefined) return { why: null, events: [] };
    return { why: rerun.engine.why(found.id), events: this.#contributing(found, rerun) };
  }

  #rerunFor(alert: Alert, position: number): Rerun {
    const known = this.#rerun;
    const isAhead = known !== null && (known.position > position || known.isFinished) && !known.alerts.has(idOf(alert));
    const isOfUse = known?.rule === alert.rule && known.keys.has(keyText(alert.key)) && !isAhead;
    if (isOfUse) return known;
    const alerts = new Map<string, Alert>();
    const keys = this.#keysOf(alert.rule);
    const engine = this.#reporter.atomic(() =>
      startEngine(planOfRule(this.#plan, alert.rule), {
        explain: { rules: [alert.rule], keeps: (_, key) => keys.has(keyText(key)) },
        onAlert: (fired) => {
          if (fired.rule !== alert.rule || fired.status !== "firing") return;
          alerts.set(idOf(fired), fired);
          if (alerts.size > rememberedAlerts) alerts.delete(alerts.keys().next().value!);
        },
      }),
    );
    this.#rerun = { rule: alert.rule, engine, keys, position: 0, events: [], alerts, isFinished: false };
    return this.#rerun;
  }

  /** The keys for which a rule fired: of others nothing will be asked. */
  #keysOf(rule: string): ReadonlySet<string> {
    const keys = new Set<string>();
    for (let i = 0; i < this.#alerts.kept; i++) {
      if (this.#alerts.ruleName(i) === rule) keys.add(keyText(this.#alerts.alert(i).key));
    }
    return keys;
  }

  #contributing({ events: bound = [], at }: Alert, rerun: Rerun): readonly ContributingEvent[] {
    const flat = isList(bound)
      ? bound.map((event) => ({ alias: null, event }))
      : Object.entries(bound).flatMap(([alias, events]) => events.map((event) => ({ alias, event })));
    const indexOf = new Map<EventData, number>();
    const oldest = Math.max(0, rerun.position - rememberedEvents);
    for (let index = oldest; index < rerun.position; index++) {
      indexOf.set(rerun.events[index % rememberedEvents]!, index);
    }
    return flat
      .map(({ alias, event }) => {
        const index = indexOf.get(event) ?? null;
        const stream = index === null ? null : this.#store.stream(index);
        return { alias, event, index, stream, time: this.#timeOf(event, stream) ?? at };
      })
      .sort((a, b) => (a.time === b.time ? (a.index ?? 0) - (b.index ?? 0) : a.time - b.time));
  }

  #timeOf(event: EventData, stream: string | null): number | null {
    const declared = this.#plan.streams.find(({ name }) => name === stream);
    const read = readEventTime(event, declared, undefined);
    return "time" in read ? read.time : null;
  }
}

function idOf({ at, severity, key }: Alert): string {
  return `${at} ${severity} ${JSON.stringify(key)}`;
}

function isList(events: NonNullable<Alert["events"]>): events is readonly EventData[] {
  return Array.isArray(events);
}
