import { type Alert, createEngine, type EventData, type Plan, readEventTime } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import type { ContributingEvent } from "../protocol/calls.ts";
import { planOfRule } from "./rule-closure.ts";

/**
 * The events that made an alert fire: the rule runs once more up to there, with the engine asked to remember them. Events are
 * found again in the recording by their text, from the newest on.
 */
export function contributingEvents(
  store: EventStore,
  plan: Plan,
  alert: Alert,
  position: number,
): readonly ContributingEvent[] {
  const own = planOfRule(plan, alert.rule);
  const events: Alert["events"][] = [];
  const engine = createEngine(own, {
    explain: true,
    onAlert: (other) => {
      const isIt = other.rule === alert.rule && other.at === alert.at && other.severity === alert.severity;
      if (isIt && other.status === "firing" && JSON.stringify(other.key) === JSON.stringify(alert.key)) {
        events.push(other.events);
      }
    },
  });
  const pushed = new Map<EventData, number>();
  for (let index = 0; index < position; index++) {
    const event = store.event(index);
    pushed.set(event, index);
    engine.push(store.stream(index), event);
    if (pushed.size > maxRemembered) pushed.delete(pushed.keys().next().value!);
  }
  engine.finish();
  engine.advanceTo(alert.at);
  const found = events.at(-1);
  if (found === undefined) return [];
  const flat = Array.isArray(found)
    ? (found as readonly EventData[]).map((event) => ({ alias: null, event }))
    : Object.entries(found as Readonly<Record<string, readonly EventData[]>>).flatMap(([alias, bound]) =>
        bound.map((event) => ({ alias, event })),
      );
  return flat
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
}

/** So many of the newest events can be told by their identity. */
const maxRemembered = 200_000;
