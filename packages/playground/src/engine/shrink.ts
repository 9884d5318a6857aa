import { type Alert, type Plan } from "@weir/core";
import type { EventStore } from "../data/event-store.ts";
import { type FixtureEvent, runFixtureInPieces, timeFieldOf } from "./fixture.ts";
import { lookBackMs, planOfRule } from "./rule-closure.ts";

/** The smallest recording found on which a rule still says what it said. */
export interface Shrunk {
  readonly events: readonly FixtureEvent[];
  /** How many events the rule had seen. */
  readonly seen: number;
  /** How often the rule was run to find it. */
  readonly runs: number;
  /** Whether no event can be left out; `false` where the search ran out of tries. */
  readonly isMinimal: boolean;
}

const maxRuns = 3000;
const maxPushes = 20_000_000;
const shortestLookMs = 60_000;

/**
 * Leaves out events, then fields, for as long as the same alert fires: rule, severity, key and time.
 *
 * Source  Zeller, Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (ddmin), from the newest events outwards.
 */
export async function shrink(
  store: EventStore,
  timeOf: (index: number) => number,
  plan: Plan,
  alert: Alert,
  position: number,
  pause: () => Promise<void>,
): Promise<Shrunk> {
  const own = planOfRule(plan, alert.rule);
  let runs = 0;
  let pushes = 0;
  const fires = async (events: readonly FixtureEvent[]): Promise<boolean> => {
    runs++;
    pushes += events.length;
    return (await runFixtureInPieces(own, events, alert.at, pause)).some((other) => isSame(other, alert));
  };
  const hasTime = (): boolean => runs < maxRuns && pushes < maxPushes;

  let events = await suspects(store, timeOf, own, alert, position, fires);
  const byKey = events.filter(({ event }) => sharesKey(event, alert));
  if (byKey.length < events.length && (await fires(byKey))) events = byKey;
  events = await withoutEvents(events, fires, hasTime);
  const isMinimal = hasTime();
  return { events: await withoutFields(own, events, fires, hasTime), seen: position, runs, isMinimal };
}

function isSame(a: Alert, b: Alert): boolean {
  const isAlike = a.rule === b.rule && a.severity === b.severity && a.at === b.at;
  return isAlike && JSON.stringify(a.key) === JSON.stringify(b.key);
}

function sharesKey(event: FixtureEvent["event"], alert: Alert): boolean {
  const values = Object.values(event);
  return Object.values(alert.key).some((value) => values.includes(value));
}

/** The newest events before the alert that still make it fire: twice as far back as long as they do not. */
async function suspects(
  store: EventStore,
  timeOf: (index: number) => number,
  plan: Plan,
  alert: Alert,
  position: number,
  fires: (events: readonly FixtureEvent[]) => Promise<boolean>,
): Promise<readonly FixtureEvent[]> {
  const rule = plan.rules.find(({ name }) => name === alert.rule);
  let lookMs = Math.max(shortestLookMs, rule === undefined ? 0 : (lookBackMs(rule, plan) ?? 0));
  const end = Math.min(store.length, position);
  const all = (from: number): FixtureEvent[] => {
    const events: FixtureEvent[] = [];
    for (let index = 0; index < end; index++) {
      const time = timeOf(index);
      if (time >= from) events.push({ stream: store.stream(index), event: store.event(index), time });
    }
    return events;
  };
  for (let tries = 0; tries < 16; tries++, lookMs *= 4) {
    const events = all(alert.at - lookMs);
    if (events.length >= end) return events;
    if (await fires(events)) return events;
  }
  return all(-Infinity);
}

async function withoutEvents(
  given: readonly FixtureEvent[],
  fires: (events: readonly FixtureEvent[]) => Promise<boolean>,
  hasTime: () => boolean,
): Promise<readonly FixtureEvent[]> {
  let events = given;
  let pieces = 2;
  while (events.length > 1 && hasTime()) {
    const size = Math.ceil(events.length / pieces);
    let isSmaller = false;
    for (let start = 0; start < events.length && hasTime(); ) {
      const left = [...events.slice(0, start), ...events.slice(start + size)];
      if (left.length > 0 && (await fires(left))) {
        events = left;
        isSmaller = true;
      } else start += size;
    }
    if (isSmaller) pieces = Math.max(2, Math.min(pieces, events.length));
    else if (size === 1) return events;
    else pieces = Math.min(events.length, pieces * 2);
  }
  return events;
}

async function withoutFields(
  plan: Plan,
  given: readonly FixtureEvent[],
  fires: (events: readonly FixtureEvent[]) => Promise<boolean>,
  hasTime: () => boolean,
): Promise<readonly FixtureEvent[]> {
  const times = new Set(given.map((event) => timeFieldOf(plan, event)));
  let events = given;
  for (const name of new Set(given.flatMap(({ event }) => Object.keys(event)))) {
    if (times.has(name) || !hasTime()) continue;
    const rest = events.map(({ stream, event, time }) => {
      const { [name]: _, ...kept } = event;
      return { stream, event: kept, time };
    });
    if (await fires(rest)) events = rest;
  }
  return events;
}
