import { createEngine, type Plan } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { casesOf, chainedRules, rulesByUser, windowRules } from "../../oracle/generate-rules.ts";
import { planOf as planOfCase, runEngine } from "../../oracle/run-engine.ts";

function planOf(text: string): Plan {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.plan;
}

const start = 1_700_000_000_000;

test("a value is what the window of a key holds at the clock, whether the rule fires or not", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ user: fc.constantFrom("a", "b"), afterMs: fc.nat(4000), amount: fc.nat(9) }), {
        maxLength: 40,
      }),
      (events) => {
        const engine = createEngine(
          planOf(
            `RULE r FROM p BY user WITHIN 10s WHEN COUNT() >= 3 EMIT LOW { n: COUNT(), total: SUM(amount), amount }`,
          ),
          { live: ["r"] },
        );
        let ts = start;
        const seen: { user: string; ts: number; amount: number }[] = [];
        for (const { user, afterMs, amount } of events) {
          ts += afterMs;
          seen.push({ user, ts, amount });
          engine.push("p", { user, ts, amount });
          const inWindow = seen.filter((event) => event.user === user && event.ts > ts - 10_000);
          const total = inWindow.reduce((sum, event) => sum + event.amount, 0);
          expect(engine.liveChanges()).toEqual([
            { rule: "r", key: [user], data: { n: inWindow.length, total }, ttlMs: 10_000 },
          ]);
          engine.changes();
        }
        expect(engine.liveChanges()).toEqual([]);
      },
    ),
  );
});

test("looking at values changes no alert", { timeout: 120_000 }, () => {
  let values = 0;
  fc.assert(
    fc.property(casesOf(fc.oneof(windowRules, rulesByUser, chainedRules)), ({ text, events, options }) => {
      const plan = planOfCase(text);
      const { until, ...rest } = options;
      const live = plan.rules.map(({ name }) => name).filter((name) => isShown(plan, name));
      const engine = createEngine(plan, { ...rest, live });
      const alerts = events.flatMap(({ stream, event }) => {
        const out = engine.push(stream, event);
        values += engine.liveChanges().length;
        engine.changes();
        return out;
      });
      alerts.push(...engine.finish());
      if (until !== undefined) alerts.push(...engine.advanceTo(until));
      expect(alerts).toEqual(runEngine(plan, events, options).alerts);
    }),
    { numRuns: 1000 },
  );
  expect(values).toBeGreaterThan(500);
});

test("rules without values, and rules that are not there, are refused by name", () => {
  const plan = planOf("RULE plain FROM p BY user WHEN amount > 5 EMIT LOW { amount }");
  expect(() => createEngine(plan, { live: ["other"] })).toThrow("there is no rule `other`");
  expect(() => createEngine(plan, { live: ["plain"] })).toThrow("the rule `plain` has no values of a window to show");
});

function isShown(plan: Plan, name: string): boolean {
  try {
    createEngine(plan, { live: [name] });
    return true;
  } catch {
    return false;
  }
}
