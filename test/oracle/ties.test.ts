import { type Alert, createEngine, restoreEngine } from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectEngineEqualsOracle } from "./compare.ts";
import { type Case, oneOf } from "./generate-events.ts";
import { planOf, runEngine } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 4);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 120;

/** Every aggregate, in a condition that is now true and now not. */
const aggregate = oneOf(
  "COUNT() % 2 = 0",
  "COUNT() > 3",
  "RATE() > 1",
  "COUNT(ok) > 1",
  "COUNT(DISTINCT x) > 2",
  "COUNT(DISTINCT x) % 2 = 0",
  "SUM(x) > 8",
  "AVG(x) > 3",
  "MIN(x) < 1",
  "MIN(s) < 4",
  "MAX(x) > 5",
  "STDDEV(x) > 2",
  "STDDEV_POP(x) > 2",
  "VARIANCE(x) > 4",
  "MEDIAN(x) > 2",
  "PERCENTILE(x, 90) > 5",
  "FIRST(x) > 2",
  "LAST(x) < 2",
  "APPROX_DISTINCT(x) > 2",
  "APPROX_PERCENTILE(x, 50) > 4.4",
);

/** Windows as long as some steps between events: something is of age d at each instant. */
const rule = fc
  .record({
    window: oneOf(
      "WITHIN 3s",
      "WITHIN 2s",
      "WITHIN 4s",
      "WITHIN 6s",
      "WITHIN 4s PRECISION 2s",
      "WITHIN 3s PRECISION 1s",
    ),
    first: aggregate,
    second: fc.option(aggregate, { nil: "true" }),
    join: oneOf("AND", "OR"),
    wait: oneOf("", "FOR 2s", "FOR 3s"),
    how: oneOf("", "AND RESOLVE"),
    other: oneOf("", "WHEN SUM(x) > 20 EMIT HIGH", "WHEN COUNT() < 3 FOR 1s EMIT INFO { n: COUNT(), last: LAST(s) }"),
  })
  .map(({ window, first, second, join, wait, how, other }) => {
    const condition = second === "true" ? first : `${first} ${join} ${second}`;
    const data = "{ n: COUNT(), x: SUM(x), f: FIRST(s), l: LAST(x), m: MAX(x), d: COUNT(DISTINCT s) }";
    return `FROM a BY u ${window} WHEN ${condition} ${wait} EMIT LOW ${data} ${how} ${other}`;
  });

const fields = fc.record({
  x: fc.constantFrom<unknown>(1, 2, 3, 5, 8, 0, -4, 2.5, null),
  s: fc.constantFrom<unknown>("p", "q", 7, null),
  ok: fc.constantFrom<unknown>(true, false),
});

/** One event a second, or several; now and then none. */
const evenly = fc
  .array(fc.array(fields, { maxLength: 4 }), { minLength: 1, maxLength: 25, size: "max" })
  .map((instants) =>
    instants.flatMap((events, i) =>
      events.map((event) => ({ stream: "a", event: { ...event, u: "p", ts: 1_700_000_000_000 + 1000 * i } })),
    ),
  );

const cases: fc.Arbitrary<Case> = fc
  .record({ rules: fc.array(rule, { minLength: 1, maxLength: 3 }), events: evenly, beyond: fc.constantFrom(0, 5000) })
  .map(({ rules, events, beyond }) => ({
    text: rules.map((body, i) => `RULE r${i} ${body}`).join("\n"),
    events,
    options: { tables: {}, until: 1_700_000_000_000 + 25_000 + beyond },
  }));

describe("of events that are evenly spaced, several at an instant,", () => {
  it("the engine says what the oracle says", { timeout }, () => {
    fc.assert(fc.property(cases, expectEngineEqualsOracle), given);
  });

  it("going on from a snapshot, before and after each event, changes nothing", { timeout }, () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ text, events, options }, explain) => {
        const plan = planOf(text);
        let engine = createEngine(plan, { explain });
        const alerts: Alert[] = [];
        for (const { stream, event } of events) {
          engine = restoreEngine(plan, engine.snapshot(), { explain });
          alerts.push(...engine.push(stream, event));
        }
        alerts.push(...engine.finish(), ...engine.advanceTo(options.until!));
        expect(alerts).toEqual(runEngine(plan, events, { ...options, explain }).alerts);
      }),
      given,
    );
  });
});
