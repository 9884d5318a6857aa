import fc from "fast-check";
import { expect, test } from "vitest";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";
import { compareKeys, equal, isKeyValue, keyOf, keyOfValue } from "../../../packages/core/src/values/compare.ts";
import { anyValue, keyValue } from "./arbitraries.ts";

const key = fc.array(keyValue, { maxLength: 3 });

function sameKey(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, i) => equal(value, b[i]!) === true);
}

test("names of keys are equal exactly where the keys are", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      // As a `Map` compares them.
      expect(new Set([keyOf(a), keyOf(b)]).size).toBe(sameKey(a, b) ? 1 : 2);
    }),
    { numRuns: 2000 },
  );
});

test("1, `1` as text, TRUE, a time, a duration and texts that look like names of keys are different keys", () => {
  const values = [
    1,
    "1",
    true,
    new Time(1),
    new Duration(1),
    "T",
    "\0T",
    "\0t1;",
    "\0n1;",
    "\0d1;",
    "",
    "\0",
    "\0s1:T",
  ];
  expect(new Set(values.map((value) => keyOf([value]))).size).toBe(values.length);
});

test("where one text ends and the next begins tells keys apart", () => {
  const keys = [["a", "bc"], ["ab", "c"], ["abc"], ["a", "b", "c"], ["", "abc"], ["as2:bc"], [], [""]];
  expect(new Set(keys.map(keyOf)).size).toBe(keys.length);
});

test("a lone text and a lone number are their own names", () => {
  expect(keyOf(["alice"])).toBe("alice");
  expect(keyOf([42])).toBe(42);
  expect(keyOfValue("alice")).toBe("alice");
});

test("0 and −0 are one key, alone and among others", () => {
  expect(new Set([keyOf([0]), keyOf([-0])]).size).toBe(1);
  expect(keyOf([0, "a"])).toBe(keyOf([-0, "a"]));
});

test("NULL, lists and objects are no key values, all others are", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const plain = typeof value === "object" && !(value instanceof Time) && !(value instanceof Duration);
      expect(isKeyValue(value)).toBe(!plain);
    }),
  );
});

test("the order of keys is total", () => {
  fc.assert(
    fc.property(key, key, key, (a, b, c) => {
      expect(Math.sign(compareKeys(a, b))).toBe(-Math.sign(compareKeys(b, a)) + 0);
      expect(compareKeys(a, b) === 0).toBe(sameKey(a, b));
      if (compareKeys(a, b) <= 0 && compareKeys(b, c) <= 0) expect(compareKeys(a, c)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});

test("keys are ordered by type, then by value, part by part", () => {
  const sorted: Value[][] = [
    [false, "z"],
    [true],
    [-1],
    [2, "a"],
    [2, "b"],
    [10],
    [new Time(1)],
    [new Time(5)],
    [new Duration(-1)],
    [new Duration(0)],
    [""],
    ["10"],
    ["2"],
    ["Z"],
    ["a"],
    ["\u{1F600}"],
    ["\uFFFF"],
  ];
  expect([...sorted].reverse().sort(compareKeys)).toEqual(sorted);
});
