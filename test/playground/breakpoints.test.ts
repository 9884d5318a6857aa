import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import { keyMatches } from "../../packages/playground/src/data/key-query.ts";
import { BreakpointProbe } from "../../packages/playground/src/engine/breakpoint-probe.ts";
import { breakpointPlan, conditionOf } from "../../packages/playground/src/engine/breakpoint-rules.ts";

test("a key is matched whole where its field is named, and by any part of a value where none is", () => {
  const key = { user: "ana", n: 3 };
  expect(keyMatches(key, "")).toBe(true);
  expect(keyMatches(key, "user=ana")).toBe(true);
  expect(keyMatches(key, "user=ana n=3")).toBe(true);
  expect(keyMatches(key, "user=an")).toBe(false);
  expect(keyMatches(key, "host=ana")).toBe(false);
  expect(keyMatches(key, "an")).toBe(true);
  expect(keyMatches({ user: "true" }, "user=true")).toBe(true);
});

const rules = `STREAM s { user: STRING }
PARAM limit = 9
RULE first FROM other EMIT LOW
RULE burst FROM s BY user WITHIN 10s WHEN COUNT() > limit EMIT HIGH { n: COUNT() } EXPIRE AFTER 1h COOLDOWN 5m
WITHIN 10s COUNT(user) > 20 EMIT LOW
RULE total FROM ones BY user WITHIN 1m WHEN COUNT() > 50 EMIT LOW
RULE one FROM s BY user WHEN user = "ana" EMIT EACH INFO INTO ones
TEST "n" { EXPECT burst { n: 10 } }
TEST "one" { s { user: "ana" } AT 0s EXPECT one INFO AT 0s { user: "ana" } }`;

function probed(rule: string, when: string, positions: readonly number[] = [0]): string[] {
  const store = new EventStore();
  for (let i = 0; i < 400; i++) store.add({ ts: i * 500, user: i % 2 === 0 ? "ana" : "bob" }, i + 1, "s");
  const found = breakpointPlan(rules, rule, when);
  if ("problem" in found) return [found.problem];
  const probe = new BreakpointProbe(found.plan, found.rule, store, (index) => index * 500);
  const hits: string[] = [];
  for (const position of positions) {
    expect(probe.catchUp(position, () => false)).toBe(true);
    for (let i = position; i < Math.min(400, position + 30); i++) {
      for (const alert of probe.step()) hits.push(`${String(alert.key["user"])} after ${i + 1}`);
    }
  }
  return hits;
}

test("a condition takes the place of that of its rule, in the same window and for the same keys", () => {
  expect(conditionOf(rules, "burst")).toBe("COUNT() > limit");
  expect(probed("burst", "COUNT() >= 5")).toEqual(["ana after 9", "bob after 10"]);
  expect(probed("rule_3", "COUNT(user) >= 3")).toEqual(["ana after 5", "bob after 6"]);
  expect(probed("burst", "COUNT() = limit")).toEqual(["ana after 17", "bob after 18"]);
});

test("of a rule that reads the stream of another, that one runs too", () => {
  expect(probed("total", "COUNT() >= 2")).toEqual(["ana after 3"]);
});

test("from a place in the middle it goes on as if it had seen all that the window holds", () => {
  expect(probed("burst", "COUNT() >= 5", [4])).toEqual(["ana after 9", "bob after 10"]);
  // There it is true already: nothing becomes true.
  expect(probed("burst", "COUNT() >= 10", [200])).toEqual([]);
  expect(probed("burst", "COUNT() >= 5", [0, 4])).toEqual([
    "ana after 9",
    "bob after 10",
    "ana after 9",
    "bob after 10",
  ]);
});

test("what is wrong with a condition is said", () => {
  expect(breakpointPlan(rules, "burst", "COUNT( >= 5")).toHaveProperty("problem");
  expect(breakpointPlan(rules, "burst", "COUNT() >= limmit")).toHaveProperty(
    "problem",
    expect.stringContaining("limmit"),
  );
  expect(breakpointPlan(rules, "gone", "TRUE")).toEqual({ problem: "there is no rule gone" });
});
