import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileLike } from "../../../packages/core/src/expression/like-pattern.ts";
import type { PlanExpr } from "../../../packages/core/src/plan.ts";
import { RegexError } from "../../../packages/core/src/regex.ts";
import { constant, evaluate, given, scopeOf, type Value } from "./evaluate.ts";

type TextTest = Extract<PlanExpr, { op: "text" }>["test"];

const x = given("x");

function holds(a: Value, test: TextTest, b: Value): Value {
  const scope = scopeOf({ x: a, y: b });
  const result = evaluate({ op: "text", test, arg: x, pattern: given("y"), not: false }, {}, scope);
  if (typeof b !== "object" || b === null) {
    expect(evaluate({ op: "text", test, arg: x, pattern: constant(b), not: false }, {}, scope)).toBe(result);
  }
  expect(evaluate({ op: "text", test, arg: x, pattern: given("y"), not: true }, {}, scope)).toBe(
    result === null ? null : result === false,
  );
  return result;
}

describe("a test of texts", () => {
  test.each<[Value, TextTest, Value, Value]>([
    ["abc", "contains", "bc", true],
    ["abc", "contains", "", true],
    ["abc", "contains", "B", false],
    ["a1", "contains", 1, null],
    [1, "contains", "1", null],
    [["a", "b"], "contains", "b", true],
    [["a", 1], "contains", "1", false],
    [["a", null], "contains", "b", null],
    [["a"], "contains", null, null],
    [{ a: 1 }, "contains", "a", null],
    ["abc", "starts-with", "ab", true],
    ["abc", "starts-with", "b", false],
    ["abc", "ends-with", "bc", true],
    ["abc", "ends-with", "b", false],
    [["a"], "starts-with", "a", null],
    [null, "ends-with", "a", null],
    ["abc", "like", "a%", true],
    ["Abc", "like", "a%", false],
    ["a%c", "like", "a%c", true],
    ["a.c", "like", "a_c", true],
    ["a\nc", "like", "a%c", true],
    ["😀", "like", "_", false],
    ["😀", "like", "__", true],
    ["a\\c", "like", "a\\c", true],
    ["", "like", "", true],
    ["", "like", "%", true],
    ["", "like", "_", false],
    ["aba", "like", "ab%ba", false],
    [5, "like", "5", null],
    ["5", "like", 5, null],
    [null, "like", "%", null],
    ["a", "like", null, null],
  ])("%j %s %j is %s", (a, test, b, expected) => expect(holds(a, test, b)).toBe(expected));
});

/** LIKE as its definition says: tried at every place. */
function naiveLike(text: string, pattern: string): boolean {
  if (pattern === "") return text === "";
  const rest = pattern.slice(1);
  if (pattern[0] === "%") {
    for (let i = 0; i <= text.length; i++) if (naiveLike(text.slice(i), rest)) return true;
    return false;
  }
  return text !== "" && (pattern[0] === "_" || pattern[0] === text[0]) && naiveLike(text.slice(1), rest);
}

test("LIKE is what its definition says", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "_", "%"), maxLength: 7 });
  fc.assert(
    fc.property(text, pattern, (text, pattern) => {
      expect(compileLike(pattern)(text)).toBe(naiveLike(text, pattern));
    }),
    { numRuns: 10_000 },
  );
});

test("LIKE with many wildcards is done with at once", () => {
  const start = performance.now();
  const text = "a".repeat(20_000);
  expect(compileLike(`${"%a_".repeat(200)}%b`)(text)).toBe(false);
  expect(compileLike(`%${"a".repeat(300)}_b%`)(text)).toBe(false);
  expect(performance.now() - start).toBeLessThan(2000);
});

describe("MATCHES", () => {
  const matches = (pattern: PlanExpr, not = false): PlanExpr => ({ op: "matches", arg: x, pattern, not });

  test("finds the pattern anywhere in a text, and is NULL of anything else", () => {
    const values: Value[] = ["ab12", "b", "", 1, null, ["ab12"]];
    const run = (not: boolean): Value[] =>
      values.map((a) => evaluate(matches(constant("b[0-9]+"), not), {}, scopeOf({ x: a })));
    expect(run(false)).toEqual([true, false, false, null, null, null]);
    expect(run(true)).toEqual([false, true, true, null, null, null]);
  });

  test("takes its pattern from a PARAM, and refuses one that is none", () => {
    const scope = (pattern: Value) => scopeOf({ x: "ab" }, { params: new Map([["p", pattern]]) });
    const expr = matches({ op: "param", name: "p" });
    expect(evaluate(expr, {}, scope("^a"))).toBe(true);
    expect(evaluate(expr, {}, scope(5))).toBeNull();
    expect(() => evaluate(expr, {}, scope("("))).toThrow(RegexError);
    expect(() => evaluate(matches(given("y")), {}, scope("a"))).toThrow(/no constant/);
  });
});
