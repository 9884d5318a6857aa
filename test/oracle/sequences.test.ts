import { type Alert, createEngine, restoreEngine } from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectEngineEqualsOracle } from "./compare.ts";
import type { Case } from "./generate-events.ts";
import { crowdedSequences, sequenceChains } from "./generate-chains.ts";
import { casesOf } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { evaluateRules } from "./oracle.ts";
import { planOf, runEngine } from "./run-engine.ts";

/** How many cases: WEIR_RUNS, else 10,000 in CI and 2,000 elsewhere. A failure prints its seed; WEIR_SEED repeats it. */
const runs = Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000));
const seed = process.env["WEIR_SEED"];
const given = (numRuns: number): { numRuns: number; seed?: number } => ({
  numRuns: Math.ceil(numRuns),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
});
const timeout = 60_000 + runs * 60;

describe("sequences are what a list of runs per key says", () => {
  it("with every construct", { timeout }, () => {
    fc.assert(fc.property(casesOf(sequenceRules), expectEngineEqualsOracle), given(runs * 1.5));
  });

  it("into which alerts go, and out of which they come", { timeout }, () => {
    fc.assert(fc.property(casesOf(sequenceChains), expectEngineEqualsOracle), given(runs / 3));
  });

  it("with many runs of a key at once", { timeout }, () => {
    fc.assert(fc.property(casesOf(crowdedSequences, 250), expectEngineEqualsOracle), given(runs / 10));
  });

  it("with a thousand runs of a key, of which the oldest goes when one more begins", () => {
    const events = Array.from({ length: 1030 }, (_, i) => ({
      stream: i === 1025 ? "b" : "a",
      event: { ts: i * 10, x: i },
    }));
    for (const mode of ["", "MATCH EACH", "MATCH LATEST"]) {
      const text = `SEQUENCE a THEN b WITHIN 1h ${mode} EMIT LOW { x: a.x }`;
      const { stats } = runEngine(planOf(text), events);
      expect(stats.limited).toBe(25);
      expectEngineEqualsOracle({ text, events, options: { tables: {} } });
    }
  });
});

it("a sequence goes on from a snapshot taken at any event", { timeout }, () => {
  const rules = fc.oneof(sequenceRules, sequenceChains, crowdedSequences);
  fc.assert(
    fc.property(casesOf(rules, 25), (given) => expectSnapshotsChangeNothing(given)),
    given(runs / 20),
  );
});

it("its partial matches are the runs that the oracle keeps, also behind a snapshot", { timeout }, () => {
  const rules = fc.oneof(sequenceRules, sequenceChains, crowdedSequences);
  fc.assert(fc.property(casesOf(rules, 40), expectPartialMatches), given(runs / 4));
});

function expectPartialMatches({ text, events, options }: Case): void {
  const plan = planOf(text);
  const { until, ...own } = options;
  const engine = createEngine(plan, own);
  for (const { stream, event } of events) engine.push(stream, event);
  engine.finish();
  if (until !== undefined) engine.advanceTo(until);
  const kept = evaluateRules(text, events, options).partialMatches;
  for (const seen of [engine, restoreEngine(plan, engine.snapshot(), own)]) {
    for (const { name, key: parts } of plan.rules) {
      const expected = kept.filter(({ rule }) => rule === name);
      const { count, matches } = seen.partialMatches(name, Infinity);
      const found = matches.map(({ key, startedAt, done }) => ({
        rule: name,
        key: parts.map((part) => key[part.name]),
        startedAt,
        done,
      }));
      expect(count).toBe(expected.length);
      expect(sorted(found)).toEqual(sorted(expected));
      expect(found.map(({ done }) => done)).toEqual(found.map(({ done }) => done).sort((a, b) => b - a));
      expect(seen.partialMatchCount(name)).toBeGreaterThanOrEqual(count);
    }
  }
}

function sorted(runsOfRule: readonly object[]): readonly string[] {
  return runsOfRule.map((run) => JSON.stringify(run)).sort();
}

/** Stops before each event, and at the end, with runs that live and timers that wait. */
function expectSnapshotsChangeNothing({ text, events, options }: Case): void {
  const plan = planOf(text);
  const { until, ...given } = options;
  const whole = runEngine(plan, events, options);
  let engine = createEngine(plan, given);
  const alerts: Alert[] = [];
  for (const { stream, event } of events) {
    engine = restoreEngine(plan, engine.snapshot(), given);
    alerts.push(...engine.push(stream, event));
  }
  alerts.push(...engine.finish());
  if (until !== undefined) alerts.push(...restoreEngine(plan, engine.snapshot(), given).advanceTo(until));
  expect(alerts).toEqual(whole.alerts);
}
