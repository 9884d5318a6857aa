import { describe, expect, test } from "vitest";
import type { EvalContext } from "../../packages/core/src/evaluate.ts";
import { formatMessage } from "../../packages/core/src/message.ts";
import { Duration, Time, type Value } from "../../packages/core/src/value.ts";

const context: EvalContext = { row: null, slot: 0, key: [], current: false };

function shown(value: Value): string {
  return formatMessage([() => value], context);
}

test("texts stand as they are between the values", () => {
  expect(formatMessage(["user ", () => "alice", " made ", () => 3, " {payments}"], context)).toBe(
    "user alice made 3 {payments}",
  );
  expect(formatMessage([], context)).toBe("");
});

describe("in a message", () => {
  const cases: readonly (readonly [string, Value, string])[] = [
    ["a whole number", 100, "100"],
    ["a number with many digits", 2 / 3, "0.666667"],
    ["a half of the last digit, away from zero", -1.25e-5, "-0.000013"],
    ["a half whose double lies below", 1.0000005, "1.000001"],
    ["what rounds to nothing", -1e-9, "0"],
    ["−0", -0, "0"],
    ["the smallest number shown", 1e-6, "0.000001"],
    ["a large number, without an exponent", 123_456_789_012_345_680_000, "123456789012345680000"],
    ["a huge number, with one", 1.5e21, "1.5e+21"],
    ["NULL", null, "null"],
    ["TRUE", true, "true"],
    ["a text", "x\n", "x\n"],
    ["a time", new Time(61_500), "1970-01-01T00:01:01.500Z"],
    ["a time before 1970", new Time(-1), "1969-12-31T23:59:59.999Z"],
    ["a time that no date can name", new Time(1e300), "null"],
    ["a duration", new Duration(5_400_000), "1h30m"],
    ["a duration of all units", new Duration(90_061_001), "1d1h1m1s1ms"],
    ["a duration of weeks, in days", new Duration(14 * 86_400_000), "14d"],
    ["a negative duration", new Duration(-61_500), "-1m1s500ms"],
    ["a duration with a fraction", new Duration(1000 / 3), "333.333333ms"],
    ["a duration with a fraction that carries over", new Duration(59_999.999_999_9), "1m"],
    ["no duration", new Duration(0), "0ms"],
    ["a list, its numbers as in JSON", [1 / 3, "a", null, new Time(5)], '[0.3333333333333333,"a",null,5]'],
    ["an object", { a: { b: new Duration(5) } }, '{"a":{"b":5}}'],
  ];
  test.each(cases)("%s", (_, value, expected) => expect(shown(value)).toBe(expected));
});

test("a message too long to be of use is cut", () => {
  const text = "x".repeat(700_000);
  const message = formatMessage([() => text, () => text, () => text], context);
  expect(message).toHaveLength(2 ** 20 + 1);
  expect(message.endsWith("…")).toBe(true);
});
