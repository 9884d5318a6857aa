import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArithmeticOp, PlanExpr } from "../../../packages/core/src/plan.ts";
import { Duration, Time } from "../../../packages/core/src/value.ts";
import { anyValue } from "../values/arbitraries.ts";
import { arithmetic, constant, evaluate, given, scopeOf, type Value } from "./evaluate.ts";

const [x, y] = [given("x"), given("y")];

function value(expr: PlanExpr, values: Readonly<Record<string, Value>>): Value {
  return evaluate(expr, {}, scopeOf(values));
}

const T = (ms: number): Time => new Time(ms);
const D = (ms: number): Duration => new Duration(ms);

const rows: readonly (readonly [Value, ArithmeticOp, Value, Value])[] = [
  [2, "+", 3, 5],
  [2, "-", 3, -1],
  [2, "*", 3, 6],
  [3, "/", 2, 1.5],
  [-7, "%", 3, -1],
  [7, "%", -3, 1],
  [5.5, "%", 2, 1.5],
  [1, "/", 0, null],
  [0, "/", 0, null],
  [1, "%", 0, null],
  [1e308, "*", 10, null],
  [1e308, "+", 1e308, null],
  [T(10), "-", T(4), D(6)],
  [T(10), "+", D(4), T(14)],
  [D(4), "+", T(10), T(14)],
  [T(10), "-", D(4), T(6)],
  [T(10), "+", D(0.5), T(10)],
  [T(10), "-", D(0.5), T(9)],
  [T(8e15), "+", D(1e15), null],
  [D(10), "+", D(4), D(14)],
  [D(10), "-", D(4), D(6)],
  [D(10), "*", 2, D(20)],
  [2, "*", D(10), D(20)],
  [D(10), "/", 4, D(2.5)],
  [D(10), "/", 0, null],
  [D(10), "/", D(4), 2.5],
  [D(10), "/", D(0), null],
  [1, "/", D(1), null],
  [D(1), "+", 1, null],
  [1, "-", D(1), null],
  [D(4), "-", T(10), null],
  [T(1), "+", T(1), null],
  [T(1), "+", 1, null],
  [T(1), "*", 2, null],
  [D(2), "*", D(2), null],
  [D(5), "%", D(2), null],
  [D(5), "%", 2, null],
  ["a", "+", "b", null],
  ["1", "*", 2, null],
  [true, "+", 1, null],
  [null, "+", 1, null],
  [1, "+", null, null],
  [[1], "+", [2], null],
];

describe("arithmetic", () => {
  test.each(rows)("%j %s %j is %j", (a, sign, b, expected) => {
    expect(value(arithmetic(x, sign, y), { x: a, y: b })).toEqual(expected);
    if (typeof a === "object" && a !== null && Array.isArray(a)) return;
    // Computed ahead it is the same.
    expect(value(arithmetic(constant(a), sign, constant(b)), {})).toEqual(expected);
    expect(value(arithmetic(x, sign, constant(b)), { x: a })).toEqual(expected);
    expect(value(arithmetic(constant(a), sign, y), { y: b })).toEqual(expected);
  });

  test("gives finite numbers, whole times, finite durations, or NULL", () => {
    fc.assert(
      fc.property(anyValue, anyValue, fc.constantFrom<ArithmeticOp[]>("+", "-", "*", "/", "%"), (a, b, sign) => {
        const result = value(arithmetic(x, sign, y), { x: a, y: b });
        if (result instanceof Time) expect(Number.isInteger(result.ms)).toBe(true);
        else if (result instanceof Duration) expect(Number.isFinite(result.ms)).toBe(true);
        else expect(result === null || Number.isFinite(result)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[Value, Value]>([
    [5, -5],
    [D(5), D(-5)],
    [T(5), null],
    ["5", null],
    [true, null],
    [null, null],
  ])("the negation of %j is %j", (a, expected) => {
    expect(value({ op: "negate", arg: x }, { x: a })).toEqual(expected);
  });
});
