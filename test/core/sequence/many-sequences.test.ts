import { createEngine, type Alert, type Engine, type EngineOptions, restoreEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { expect, it } from "vitest";

const kinds = ["a", "b", "c", "d"];
const kind = fc.constantFrom(...kinds);
const where = fc.oneof(
  kind.map((value) => ` WHERE kind = "${value}"`),
  fc.tuple(kind, kind).map(([x, y]) => ` WHERE kind IN ("${x}", "${y}")`),
  fc.integer({ min: 0, max: 6 }).map((low) => ` WHERE n BETWEEN ${low} AND ${low + 2}`),
  fc.constant(""),
);
/** The shapes in which steps can wait for events that no index finds. */
const shapes: readonly ((first: string, second: string) => string)[] = [
  (first, second) => `x: s${first} THEN y: s${second}`,
  (first, second) => `x: s${first} THEN NEXT y: s${second}`,
  (first, second) => `x: s${first} THEN NOT z: s${second} THEN y: r${first}`,
  (first, second) => `x: s${first} THEN NOT y: r${second}`,
  (first, second) => `x: s{2,3}${first} THEN y: s${second}`,
  (first) => `x: s${first} THEN y: s WHERE n > x.n`,
  (first, second) => `x: s${first} THEN y: r${second} THEN z: s${first}`,
];
const sequence = fc
  .record({
    first: where,
    second: where,
    shape: fc.constantFrom(...shapes),
    match: fc.constantFrom("", "", "MATCH EACH", "MATCH LATEST", "MATCH ALL LIMIT 3"),
    within: fc.integer({ min: 2, max: 30 }),
  })
  .map(
    ({ first, second, shape, match, within }) =>
      `BY u SEQUENCE ${shape(first, second)} WITHIN ${within}s ${match} EMIT LOW`,
  );
const events = fc.array(
  fc.record({
    stream: fc.constantFrom("s", "s", "r"),
    u: fc.constantFrom("p", "q", "r"),
    kind,
    n: fc.integer({ min: 0, max: 8 }),
    gap: fc.integer({ min: 0, max: 4000 }),
  }),
  { maxLength: 60 },
);

type Event = typeof events extends fc.Arbitrary<readonly (infer E)[]> ? E : never;

function engineOf(rules: readonly string[], options: EngineOptions): Engine {
  return createEngine(planOf(rules), options);
}

function planOf(rules: readonly string[]): Parameters<typeof createEngine>[0] {
  const compiled = compile(["STREAM s", "STREAM r", ...rules].join("\n"));
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]!.message);
  return compiled.plan;
}

/** What a rule found, whatever its place in the file. */
function findings(
  engine: Engine,
  given: readonly Event[],
  resumed: (at: number, engine: Engine) => Engine,
): string[][] {
  let ts = 1_700_000_000_000;
  const alerts: Alert[] = [];
  let current = engine;
  given.forEach(({ stream, gap, ...event }, i) => {
    ts += gap;
    alerts.push(...current.push(stream, { ...event, ts }));
    current = resumed(i, current);
  });
  alerts.push(...current.advanceTo(ts + 60_000));
  const byRule = new Map<string, string[]>();
  for (const { rule, at, key } of alerts) byRule.set(rule, [...(byRule.get(rule) ?? []), JSON.stringify([at, key])]);
  return current.stats().rules.map(({ rule, limited }) => [...(byRule.get(rule) ?? []), `limited ${limited}`]);
}

it("many sequences that share a key find what each would alone", () => {
  fc.assert(
    fc.property(fc.array(sequence, { minLength: 9, maxLength: 24 }), events, (rules, given) => {
      const together = findings(engineOf(rules, {}), given, (_, engine) => engine);
      const alone = rules.map((rule) => findings(engineOf([rule], {}), given, (_, engine) => engine)[0]!);
      expect(together).toEqual(alone);
    }),
    { numRuns: 150 },
  );
});

it("what each of many sequences waits for is what it would wait for alone", () => {
  fc.assert(
    fc.property(fc.array(sequence, { minLength: 9, maxLength: 16 }), events, (rules, given) => {
      const waiting = (engine: Engine): unknown[] => {
        let ts = 1_700_000_000_000;
        for (const { stream, gap, ...event } of given) engine.push(stream, { ...event, ts: (ts += gap) });
        return engine.stats().rules.map(({ rule, pending }) => [pending, engine.partialMatches(rule)]);
      };
      const alone = rules.map((rule) => waiting(engineOf([rule], {}))[0]);
      expect(waiting(engineOf(rules, {}))).toEqual(alone);
    }),
    { numRuns: 100 },
  );
});

it("many sequences go on from a snapshot taken at any event", () => {
  fc.assert(
    fc.property(fc.array(sequence, { minLength: 9, maxLength: 24 }), events, fc.nat(60), (rules, given, at) => {
      const straight = findings(engineOf(rules, {}), given, (_, engine) => engine);
      const again = findings(engineOf(rules, {}), given, (i, engine) =>
        i === at ? restoreEngine(planOf(rules), engine.snapshot()) : engine,
      );
      expect(again).toEqual(straight);
    }),
    { numRuns: 100 },
  );
});

it("sequences that stay in a file keep their runs, however many others come or go", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(sequence, { minLength: 12, maxLength: 20 }),
      events,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 11 }),
      fc.boolean(),
      (rules, given, at, few, grows) => {
        // The rule at hand is the first one; the names of rules do not matter to their state.
        const files = [rules.slice(0, few), rules] as const;
        const [before, after] = grows ? files : [files[1], files[0]];
        const straight = findings(engineOf(after, {}), given, (_, engine) => engine);
        const changed = findings(engineOf(before, {}), given, (i, engine) =>
          i === at ? restoreEngine(planOf(after), engine.snapshot(), { otherRules: true }) : engine,
        );
        const kept = Math.min(few, changed.length);
        expect(changed.slice(0, kept)).toEqual(straight.slice(0, kept));
      },
    ),
    { numRuns: 100 },
  );
});

it("a key stores nothing of the sequences that hold no run of it", () => {
  const size = (count: number): number => {
    const rules = Array.from(
      { length: count },
      (_, i) => `BY u SEQUENCE x: s WHERE kind = "k${i}" THEN y: s WHERE kind = "none" WITHIN 1h EMIT LOW`,
    );
    const engine = engineOf(rules, {});
    engine.changes();
    for (let i = 0; i < 10; i++) engine.push("s", { ts: 1_700_000_000_000 + i, u: `u${i}`, kind: `k${i}`, n: 0 });
    const keys = engine.changes().upserts.filter(({ name }) => name.startsWith("key "));
    expect(keys).toHaveLength(10);
    return keys.reduce((sum, { value }) => sum + value.length, 0);
  };
  expect(size(2000)).toBe(size(20));
});

it("keys whose runs are over cost nothing, whatever the number of sequences", () => {
  const rules = Array.from(
    { length: 20 },
    (_, i) => `BY u SEQUENCE x: s WHERE kind = "k${i}" THEN y: s WHERE kind = "none" WITHIN 1m EMIT LOW`,
  );
  const engine = engineOf(rules, {});
  const start = 1_700_000_000_000;
  for (let i = 0; i < 3000; i++) engine.push("s", { ts: start + i, u: `u${i}`, kind: `k${i % 20}`, n: 0 });
  expect(engine.stats().keys).toBe(3000);
  engine.advanceTo(start + 200_000);
  expect(engine.stats().keys).toBe(0);
  // And places that were given back are good again.
  engine.push("s", { ts: start + 200_001, u: "u1", kind: "k3", n: 0 });
  const [alert] = engine.push("s", { ts: start + 200_002, u: "u1", kind: "none", n: 0 });
  expect(alert?.key).toEqual({ u: "u1" });
});
