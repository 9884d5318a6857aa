import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanExpr } from "../../../packages/core/src/plan.ts";
import { and, constant, evaluate, given, not, or, scopeOf, type Value } from "./evaluate.ts";

const truth = fc.constantFrom<Value>(true, false, null);
/** What is neither TRUE nor FALSE counts as NULL. */
const operand = fc.oneof({ weight: 6, arbitrary: truth }, fc.constantFrom<Value>(0, 1, "", "true", [], {}));

const [x, y, z] = [given("x"), given("y"), given("z")];

function value(expr: PlanExpr, values: Readonly<Record<string, Value>>): Value {
  return evaluate(expr, {}, scopeOf(values));
}

describe("three-valued logic", () => {
  test.each([
    [true, true, true, true],
    [true, false, false, true],
    [true, null, null, true],
    [false, true, false, true],
    [false, false, false, false],
    [false, null, false, null],
    [null, true, null, true],
    [null, false, false, null],
    [null, null, null, null],
  ])("%s AND %s is %s, OR is %s", (a, b, conjunction, disjunction) => {
    for (const [left, right] of [
      [x, y],
      [constant(a), y],
      [x, constant(b)],
      [constant(a), constant(b)],
    ] as const) {
      expect(value(and(left, right), { x: a, y: b })).toBe(conjunction);
      expect(value(or(left, right), { x: a, y: b })).toBe(disjunction);
    }
  });

  test("NOT NOT x is x, and NOT of what is no truth is NULL", () => {
    fc.assert(
      fc.property(operand, (a) => {
        expect(value(not(not(x)), { x: a })).toBe(typeof a === "boolean" ? a : null);
      }),
    );
  });

  test("De Morgan's laws hold", () => {
    fc.assert(
      fc.property(operand, operand, operand, (a, b, c) => {
        const values = { x: a, y: b, z: c };
        expect(value(not(and(x, y, z)), values)).toBe(value(or(not(x), not(y), not(z)), values));
        expect(value(not(or(x, y)), values)).toBe(value(and(not(x), not(y)), values));
      }),
    );
  });

  test("AND and OR do not depend on order or nesting", () => {
    fc.assert(
      fc.property(operand, operand, operand, (a, b, c) => {
        const values = { x: a, y: b, z: c };
        for (const op of [and, or]) {
          expect(value(op(x, y, z), values)).toBe(value(op(z, x, y), values));
          expect(value(op(x, y, z), values)).toBe(value(op(op(x, y), z), values));
        }
      }),
    );
  });
});

describe("CASE", () => {
  const arm = (when: PlanExpr, result: Value) => ({ when, then: constant(result) });
  const expr: PlanExpr = {
    op: "case",
    arms: [arm(x, "x"), arm(y, "y")],
    else: null,
  };

  test.each<[Value, Value, Value]>([
    [true, true, "x"],
    [null, true, "y"],
    [false, true, "y"],
    [1, true, "y"],
    [null, false, null],
  ])("takes the first arm that is TRUE: %s, %s gives %s", (a, b, expected) => {
    expect(value(expr, { x: a, y: b })).toBe(expected);
    expect(value({ ...expr, else: constant(0) }, { x: a, y: b })).toBe(expected ?? 0);
  });
});

describe("IS NULL", () => {
  test.each<[Value, boolean]>([
    [null, true],
    [false, false],
    [0, false],
    ["", false],
  ])("of %j is %s", (a, expected) => {
    expect(value({ op: "is-null", arg: x, not: false }, { x: a })).toBe(expected);
    expect(value({ op: "is-null", arg: x, not: true }, { x: a })).toBe(!expected);
  });
});
