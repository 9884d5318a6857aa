import { type Alert, type EventData, type Plan, readEventTime } from "@weir/core";
import { startEngine } from "./hosted-engine.ts";
import type { HostedPlan } from "./hosting.ts";

/** An event of a small recording, in the order of arrival. */
export interface FixtureEvent {
  readonly stream: string;
  readonly event: EventData;
  readonly time: number;
}

/** Runs rules over a few events, on to `until`; the alerts that fired. */
export function runFixture(plan: HostedPlan, events: readonly FixtureEvent[], until: number | null): readonly Alert[] {
  const run = pieces(plan, events, until);
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
  }
}

/** `runFixture` of events of which there may be many: `pause` is asked every few of them. */
export async function runFixtureInPieces(
  plan: HostedPlan,
  events: readonly FixtureEvent[],
  until: number | null,
  pause: () => Promise<void>,
): Promise<readonly Alert[]> {
  const run = pieces(plan, events, until);
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
    await pause();
  }
}

const pieceEvents = 16;

function* pieces(
  plan: HostedPlan,
  events: readonly FixtureEvent[],
  until: number | null,
): Generator<undefined, readonly Alert[], undefined> {
  const engine = startEngine(plan);
  const alerts: Alert[] = [];
  for (const [i, { stream, event }] of events.entries()) {
    if (i % pieceEvents === 0) yield;
    alerts.push(...engine.push(stream, event));
  }
  alerts.push(...engine.finish());
  if (until !== null) alerts.push(...engine.advanceTo(until));
  return alerts.filter(({ status }) => status === "firing");
}

/** The same events `shift` milliseconds later. */
export function shiftedEvents(plan: Plan, events: readonly FixtureEvent[], shift: number): FixtureEvent[] {
  return events.map((event) => atTime(plan, event, event.time + shift));
}

/** The same event at another time, written in the unit that its stream declares. */
export function atTime(plan: Plan, { stream, event }: FixtureEvent, time: number): FixtureEvent {
  const declared = plan.streams.find(({ name }) => name === stream)?.time ?? null;
  const found = readEventTime(
    event,
    plan.streams.find(({ name }) => name === stream),
    undefined,
  );
  const field = declared?.kind === "field" ? declared.field : "time" in found ? (found.field ?? "ts") : "ts";
  const unit = declared?.kind === "field" ? declared.unit : "MILLISECONDS";
  const value = unit === "SECONDS" ? time / 1000 : unit === "MICROSECONDS" ? time * 1000 : time;
  return { stream, event: { ...event, [field]: value }, time };
}

/** The field that gives an event its time. */
export function timeFieldOf(plan: Plan, { stream, event }: FixtureEvent): string | null {
  const found = readEventTime(
    event,
    plan.streams.find(({ name }) => name === stream),
    undefined,
  );
  return "time" in found ? found.field : null;
}
