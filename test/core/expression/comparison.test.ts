import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileExpression } from "../../../packages/core/src/expression/compile-expression.ts";
import type { CompareOp, PlanExpr } from "../../../packages/core/src/plan.ts";
import { Duration, Time } from "../../../packages/core/src/value.ts";
import { equal, order } from "../../../packages/core/src/values/compare.ts";
import { fromHost } from "../../../packages/core/src/values/from-host.ts";
import { anyValue, keyValue } from "../values/arbitraries.ts";
import { and, compare, constant, contextOf, evaluate, field, given, not, or, scopeOf, type Value } from "./evaluate.ts";

const operators: readonly CompareOp[] = ["=", "!=", "<", "<=", ">", ">="];
const [x, y, z] = [given("x"), given("y"), given("z")];

function value(expr: PlanExpr, values: Readonly<Record<string, Value>>): Value {
  return evaluate(expr, {}, scopeOf(values));
}

/** The meaning of a comparison, said once more. */
function meaning(a: Value, cmp: CompareOp, b: Value): Value {
  if (cmp === "=") return equal(a, b);
  if (cmp === "!=") return equal(a, b) === null ? null : equal(a, b) === false;
  const o = order(a, b);
  if (o === null) return null;
  return { "<": o < 0, "<=": o <= 0, ">": o > 0, ">=": o >= 0 }[cmp];
}

test("every shape of a comparison means the same", () => {
  // What a host may put into a field.
  const raw = fc.oneof(
    anyValue,
    fc.constantFrom<unknown>(
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      2n ** 70n,
      new Date(1),
      () => 1,
      Symbol("s"),
    ),
  );
  fc.assert(
    fc.property(raw, fc.oneof(keyValue, fc.constant(null)), fc.constantFrom(...operators), (raw, b, cmp) => {
      const a = fromHost(raw);
      const expected = meaning(a, cmp, b);
      const scope = scopeOf({ x: a, y: b });
      const data = { f: raw, g: b, ts: raw, constructor: raw };
      for (const left of [field("f"), field("ts"), field("constructor"), x]) {
        for (const right of [constant(b), field("g"), y]) {
          expect(evaluate(compare(left, cmp, right), data, scope)).toBe(expected);
        }
      }
      for (const right of [field("f"), x]) {
        expect(evaluate(compare(constant(b), cmp, right), data, scope)).toBe(meaning(b, cmp, a));
      }
    }),
    { numRuns: 1000 },
  );
});

test("comparisons with no event at all are NULL", () => {
  for (const cmp of operators) {
    for (const b of [1, "a", true]) {
      const run = compileExpression(compare(field("f"), cmp, constant(b)), scopeOf());
      expect(run({ ...contextOf({}), row: null })).toBeNull();
    }
  }
});

test("a < b where b > a, and never both a < b and b < a", () => {
  fc.assert(
    fc.property(anyValue, anyValue, (a, b) => {
      const values = { x: a, y: b };
      expect(value(compare(x, "<", y), values)).toBe(value(compare(y, ">", x), values));
      expect(value(and(compare(x, "<", y), compare(y, "<", x)), values)).not.toBe(true);
      expect(value(compare(x, "!=", y), values)).toBe(value(not(compare(x, "=", y)), values));
    }),
  );
});

test("BETWEEN is two comparisons, NOT BETWEEN their negation", () => {
  fc.assert(
    fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
      const values = { x: a, y: b, z: c };
      const expected = value(and(compare(x, ">=", y), compare(x, "<=", z)), values);
      const negated = value(not(and(compare(x, ">=", y), compare(x, "<=", z))), values);
      expect(value({ op: "between", arg: x, low: y, high: z, not: false }, values)).toBe(expected);
      expect(value({ op: "between", arg: x, low: y, high: z, not: true }, values)).toBe(negated);
    }),
  );
});

test("IN is the OR of its equalities, whether items are constants or not", () => {
  const item = fc.oneof(keyValue, fc.constant(null));
  fc.assert(
    fc.property(anyValue, fc.array(fc.tuple(item, fc.boolean()), { minLength: 1, maxLength: 4 }), (a, items) => {
      const values = Object.fromEntries([["x", a], ...items.map(([v], i) => [`i${i}`, v] as const)]);
      const expected = value(or(...items.map((_, i) => compare(x, "=", given(`i${i}`)))), values);
      const exprs = items.map(([v, known], i) => (known ? constant(v) : given(`i${i}`)));
      expect(value({ op: "in", arg: x, items: exprs, not: false }, values)).toBe(expected);
      expect(value({ op: "in", arg: x, items: exprs, not: true }, values)).toBe(
        expected === null ? null : !(expected as boolean),
      );
    }),
    { numRuns: 1000 },
  );
});

test("IN a list and CONTAINS of a list are one question", () => {
  fc.assert(
    fc.property(anyValue, fc.array(anyValue, { maxLength: 4 }), (a, list) => {
      const values = { x: a, y: list };
      expect(value({ op: "in-list", arg: x, list: y, not: false }, values)).toBe(
        value({ op: "text", test: "contains", arg: y, pattern: x, not: false }, values),
      );
    }),
  );
});

describe("x IN", () => {
  test.each<[string, Value, Value, Value]>([
    ["a list that has it", 1, [2, 1], true],
    ["a list that lacks it", 1, [2, "1"], false],
    ["a list that lacks it and has NULL", 1, [2, null], null],
    ["an empty list", 1, [], false],
    ["what is no list", 1, 1, null],
    ["NULL", 1, null, null],
    ["a list of lists", [1], [[2], [1]], true],
  ])("%s", (_, a, list, expected) => {
    expect(value({ op: "in-list", arg: x, list: y, not: false }, { x: a, y: list })).toBe(expected);
  });

  test("a table asks for the key, and is NULL of NULL", () => {
    const rows = new Map<Value, { [name: string]: Value }>([["u1", { tier: "gold" }]]);
    const scope = (a: Value) =>
      scopeOf({ x: a }, { row: (table, key) => (table === "vip" ? (rows.get(key) ?? null) : null) });
    const inTable: PlanExpr = { op: "in-table", table: "vip", key: x, not: false };
    const tier: PlanExpr = { op: "member", object: { op: "row", table: "vip", key: x }, name: "tier" };
    expect(["u1", "u2", null].map((a) => evaluate(inTable, {}, scope(a)))).toEqual([true, false, null]);
    expect(["u1", "u2", null].map((a) => evaluate({ ...inTable, not: true }, {}, scope(a)))).toEqual([
      false,
      true,
      null,
    ]);
    expect(["u1", "u2", null].map((a) => evaluate(tier, {}, scope(a)))).toEqual(["gold", null, null]);
  });
});

test("times and durations are compared by value, with each other never", () => {
  const values = { x: new Time(5), y: new Time(6), z: new Duration(5) };
  expect(value(compare(x, "<", y), values)).toBe(true);
  expect(value(compare(x, "=", constant(new Time(5))), values)).toBe(true);
  expect(value(compare(x, "=", z), values)).toBe(false);
  expect(value(compare(x, "<", z), values)).toBeNull();
  expect(value(compare(x, "=", constant(5)), values)).toBe(false);
});
