import { type Alert, createEngine, type EngineOptions, type Plan, restoreEngine } from "@weir/core";
import fc from "fast-check";
import { randomEvents } from "./random-events.ts";
import { type Offered, replay, type ReplayOptions } from "./replay.ts";
import { compileRules } from "./rules.ts";

export interface LawOptions extends Pick<ReplayOptions, "params" | "tables" | "functions"> {
  /** Random cases of each law. Default 200. */
  readonly numRuns?: number;
  /** To repeat a failure: the seed that it printed. */
  readonly seed?: number;
  /** The events. Default: `randomEvents` of the rules. */
  readonly events?: fc.Arbitrary<readonly Offered[]>;
}

/**
 * Looks for events by which rules break what every rule has to keep:
 *
 *   restart     stopping at any event and going on from a snapshot gives the same alerts
 *   again       the same events give the same alerts with the same ids, and each id comes once
 *   lateness    the order of arrival does not matter as long as no event comes late; looked for where streams declare neither
 *               TIME nor LATENESS, with one event at an instant
 *
 * What can break them are functions of the host that are not pure, and faults of the engine.
 * Throws with the smallest events that were found, and the seed.
 */
export function checkLaws(rules: string | Plan, options: LawOptions = {}): void {
  const plan = typeof rules === "string" ? compileRules(rules).plan : rules;
  const { numRuns = 200, seed, events = randomEvents(plan), ...given } = options;
  const settings = { numRuns, includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) };
  fc.assert(
    fc.property(events, fc.nat(), (offered, cut) => {
      const whole = replay(plan, offered, given).alerts;
      expectSame("again", replay(plan, offered, given).alerts, whole);
      if (new Set(whole.map(({ id }) => id)).size < whole.length) {
        throw new Error("law `again`: two alerts have one id");
      }
      expectSame("restart", restarted(plan, offered, cut % (offered.length + 1), given), whole);
    }),
    settings,
  );
  // The host's lateness counts only where no stream has one of its own, and only times in `ts` are known here.
  if (plan.streams.some(({ lateness, time }) => lateness !== null || time !== null)) return;
  fc.assert(
    fc.property(events, fc.array(fc.nat(latenessMs), { minLength: 1 }), (offered, delays) => {
      const sorted = atTimesOfTheirOwn(offered);
      const arriving = sorted
        .map((event, i) => ({ event, arrives: timeOf(event) + delays[i % delays.length]! }))
        .sort((a, b) => a.arrives - b.arrives)
        .map(({ event }) => event);
      const late = { ...given, lateness: latenessMs };
      expectSame(
        "lateness",
        withoutIds(replay(plan, arriving, late).alerts),
        withoutIds(replay(plan, sorted, late).alerts),
      );
    }),
    settings,
  );
}

const latenessMs = 5000;

function restarted(plan: Plan, offered: readonly Offered[], cut: number, given: EngineOptions): readonly Alert[] {
  const first = createEngine(plan, given);
  const alerts = offered.slice(0, cut).flatMap(({ stream, event }) => first.push(stream, event));
  const second = restoreEngine(plan, first.snapshot(), given);
  for (const { stream, event } of offered.slice(cut)) alerts.push(...second.push(stream, event));
  return [...alerts, ...second.finish()];
}

function expectSame(law: string, found: readonly object[], expected: readonly object[]): void {
  const a = JSON.stringify(found);
  const b = JSON.stringify(expected);
  if (a !== b) throw new Error(`law \`${law}\`: alerts differ\n  ${a}\n  ${b}`);
}

/** The smallest part of an id is the order at one instant, which is what changes here. */
function withoutIds(alerts: readonly Alert[]): readonly object[] {
  return alerts.map(({ rule, severity, status, at, key, message, data }) => ({
    rule,
    severity,
    status,
    at,
    key,
    message,
    data,
  }));
}

function timeOf({ event }: Offered): number {
  return event["ts"] as number;
}

/** One event of each instant, in order of time. */
function atTimesOfTheirOwn(offered: readonly Offered[]): readonly Offered[] {
  const byTime = new Map(
    offered.filter(({ event }) => typeof event["ts"] === "number").map((one) => [timeOf(one), one]),
  );
  return [...byTime.values()].sort((a, b) => timeOf(a) - timeOf(b));
}
