import { type Alert, createEngine, type EventData, type Plan, readEventTime, type Why } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import type { ContributingEvent } from "../protocol/calls.ts";
import type { Reporter } from "./reporter.ts";
import { planOfRule } from "./rule-closure.ts";

export interface Explanation {
  readonly why: Why | null;
  readonly events: readonly ContributingEvent[];
}

export interface Waiting {
  readonly reporter: Reporter;
  /** Whether the answer is still asked for. */
  readonly isWanted: () => boolean;
}

/** What made an alert fire, or `null` where it is no longer asked for: the rule runs once more up to there, with the engine asked to remember it. */
export async function explainAlert(
  store: EventStore,
  plan: Plan,
  alert: Alert,
  position: number,
  { reporter, isWanted }: Waiting,
): Promise<Explanation | null> {
  const own = planOfRule(plan, alert.rule);
  let found: Alert | null = null;
  const engine = createEngine(own, {
    explain: { rules: [alert.rule] },
    onAlert: (other) => {
      const isIt = other.rule === alert.rule && other.at === alert.at && other.severity === alert.severity;
      if (isIt && other.status === "firing" && JSON.stringify(other.key) === JSON.stringify(alert.key)) {
        found = other;
      }
    },
  });
  const pushed = new Map<EventData, number>();
  let isTimeUp = reporter.timer();
  for (let index = 0; index < position; index++) {
    const event = store.event(index);
    pushed.set(event, index);
    engine.push(store.stream(index), event);
    if (pushed.size > maxRemembered) pushed.delete(pushed.keys().next().value!);
    if (index % 64 !== 0 || !isTimeUp()) continue;
    await reporter.rest();
    if (!isWanted()) return null;
    isTimeUp = reporter.timer();
  }
  engine.finish();
  engine.advanceTo(alert.at);
  if (found === null) return { why: null, events: [] };
  const { id, events: bound = [] }: Alert = found;
  const flat = isList(bound)
    ? bound.map((event) => ({ alias: null, event }))
    : Object.entries(bound).flatMap(([alias, events]) => events.map((event) => ({ alias, event })));
  const events = flat
    .map(({ alias, event }) => {
      const index = pushed.get(event) ?? null;
      const stream = index === null ? undefined : store.stream(index);
      const read = readEventTime(
        event,
        plan.streams.find(({ name }) => name === stream),
        undefined,
      );
      return { alias, event, index, time: "time" in read ? read.time : alert.at };
    })
    .sort((a, b) => (a.time === b.time ? (a.index ?? 0) - (b.index ?? 0) : a.time - b.time));
  return { why: engine.why(id), events };
}

/** So many of the newest events can be told by their identity. */
const maxRemembered = 200_000;

function isList(events: NonNullable<Alert["events"]>): events is readonly EventData[] {
  return Array.isArray(events);
}
