import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";
import { fromHost } from "../../../packages/core/src/values/from-host.ts";
import { toJson } from "../../../packages/core/src/values/to-json.ts";
import { anyValue } from "./arbitraries.ts";

describe("what a host gives reads as", () => {
  class Point {
    x = 1;
    hidden = undefined;
    get y(): number {
      return 2;
    }
  }
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ["undefined as NULL", undefined, null],
    ["NaN as NULL", Number.NaN, null],
    ["an infinity as NULL", Number.NEGATIVE_INFINITY, null],
    ["a function as NULL", () => 1, null],
    ["a symbol as NULL", Symbol("s"), null],
    ["a safe bigint as a number", 12n, 12],
    ["a bigint beyond 2^53 as NULL", 2n ** 53n, null],
    ["a Date as a time", new Date(5), new Time(5)],
    ["an invalid Date as NULL", new Date(Number.NaN), null],
    ["a time beyond all dates as NULL", new Time(1e300), null],
    ["a time with a fraction cut down", new Time(-1.5), new Time(-2)],
    ["a duration that is not finite as NULL", new Duration(Number.NaN), null],
    [
      "all of this deep inside",
      { a: [undefined, { b: Number.NaN, c: new Date(1) }] },
      { a: [null, { b: null, c: new Time(1) }] },
    ],
    ["an object without its undefined fields", { a: 1, b: undefined }, { a: 1 }],
    ["own fields of an instance alone", new Point(), { x: 1 }],
    ["holes of a list as NULL", [1, , 2], [1, null, 2]], // oxlint-disable-line no-sparse-arrays
    ["bytes as a list of numbers", new Uint8Array([1, 2]), [1, 2]],
  ];
  test.each(cases)("%s", (_, given, expected) => expect(fromHost(given)).toEqual(expected));

  test("itself where nothing needs to change, without a copy", () => {
    const given = { a: [1, { b: "x" }], t: new Time(1) };
    expect(fromHost(given)).toBe(given);
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(fromHost(value)).toBe(value);
      }),
    );
  });

  test("NULL where it contains itself", () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop["self"] = loop;
    expect(fromHost(loop)).toEqual({ a: 1, self: null });
  });

  test("NULL below 200 levels, so that deep input cannot overflow the stack", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}1${"]".repeat(100_000)}`);
    let depth = 0;
    for (let value = fromHost(deep); Array.isArray(value); value = value[0] as Value) depth++;
    expect(depth).toBe(200);
  });

  test("`__proto__` as a field like any other", () => {
    const given: unknown = JSON.parse('{"__proto__": {"x": 1}, "bad": 1e999}');
    const value = fromHost(given) as object;
    expect(Object.keys(value)).toEqual(["__proto__", "bad"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(toJson(value as never))).toBe('{"__proto__":{"x":1},"bad":null}');
  });
});

describe("JSON", () => {
  test("holds times and durations in milliseconds, and 0 for −0", () => {
    expect(toJson({ t: new Time(5), d: [new Duration(1.5)], z: -0 })).toStrictEqual({ t: 5, d: [1.5], z: 0 });
  });

  test("comes back from its text as it was, and is never the value itself", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const json = toJson(value);
        expect(JSON.parse(JSON.stringify(json))).toStrictEqual(json);
        if (typeof value === "object" && value !== null) expect(json).not.toBe(value);
      }),
    );
  });

  test("has no NaN and no infinity", () => {
    expect(toJson(Number.NaN)).toBeNull();
    expect(toJson([Number.POSITIVE_INFINITY, new Duration(Number.NaN)])).toEqual([null, null]);
  });
});
