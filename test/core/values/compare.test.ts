import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";
import { equal, order } from "../../../packages/core/src/values/compare.ts";
import { typeOf } from "../../../packages/core/src/values/type-of.ts";
import { anyValue } from "./arbitraries.ts";

describe("equality", () => {
  test("is NULL exactly where a side is NULL", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(equal(a, b) === null).toBe(a === null || b === null);
      }),
    );
  });

  test("holds of a value and itself, and in both directions or neither", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(equal(a, a)).toBe(a === null ? null : true);
        expect(equal(a, b)).toBe(equal(b, a));
      }),
    );
  });

  test("never holds across types", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        if (typeOf(a) !== typeOf(b)) expect(equal(a, b)).not.toBe(true);
      }),
    );
  });

  const cases: readonly (readonly [string, Value, Value, boolean])[] = [
    ["lists of equal items", [1, "a", [true]], [1, "a", [true]], true],
    ["lists of other lengths", [1], [1, 2], false],
    ["NULL in a list equals NULL", [null], [null], true],
    ["objects whatever the order of their names", { a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 }, true],
    ["a name with NULL and no such name", { a: null }, {}, false],
    ["other names of as many", { a: 1 }, { b: 1 }, false],
    ["a list and an object", [], {}, false],
    ["a time and a duration", new Time(1), new Duration(1), false],
    ["a time and an object that looks like one", new Time(1), { ms: 1 }, false],
    ["equal times", new Time(1), new Time(1), true],
    ["a name that every object inherits", { constructor: 1 }, { other: 1 }, false],
  ];
  test.each(cases)("%s", (_, a, b, expected) => {
    expect(equal(a, b)).toBe(expected);
    expect(equal(b, a)).toBe(expected);
  });
});

describe("order", () => {
  test("is there for two numbers, texts, times or durations, and for nothing else", () => {
    const ordered = new Set(["NUMBER", "STRING", "TIME", "DURATION"]);
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(order(a, b) !== null).toBe(typeOf(a) === typeOf(b) && ordered.has(typeOf(a)));
      }),
    );
  });

  test("is antisymmetric, and 0 exactly for equal values", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const ab = order(a, b);
        const ba = order(b, a);
        expect(ab === null).toBe(ba === null);
        if (ab === null || ba === null) return;
        expect(Math.sign(ab)).toBe(-Math.sign(ba) + 0);
        expect(ab === 0).toBe(equal(a, b));
      }),
    );
  });
});
