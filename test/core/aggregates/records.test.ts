import { expect, test } from "vitest";
import { aggregateByName, aggregateRecords } from "../../../packages/core/src/aggregates/index.ts";

test("the language has these aggregates", () => {
  expect(aggregateRecords.map((record) => record.name)).toStrictEqual([
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "FIRST",
    "LAST",
    "STDDEV",
    "STDDEV_POP",
    "VARIANCE",
    "MEDIAN",
    "PERCENTILE",
    "RATE",
    "ZSCORE",
    "APPROX_DISTINCT",
    "APPROX_PERCENTILE",
  ]);
});

test("an aggregate is found by its name in any case", () => {
  for (const record of aggregateRecords) expect(aggregateByName(record.name.toLowerCase())).toBe(record);
  expect(aggregateByName("MODE")).toBeUndefined();
});

test.each(aggregateRecords)("$name is described in one sentence and used in its example", (record) => {
  expect(record.doc).toMatch(/^[A-Z][^\n]*\.$/);
  expect(record.signature.startsWith(`${record.name}(`)).toBe(true);
  expect(record.example).toContain(`${record.name}(`);
  expect(record.example).toContain("EMIT");
});

test("counts and RATE are 0 of nothing, all others NULL", () => {
  const zeros = aggregateRecords.filter((record) => record.ofNothing === 0).map((record) => record.name);
  expect(zeros).toStrictEqual(["COUNT", "RATE", "APPROX_DISTINCT"]);
});

test("the approximate ones, and they alone, state an error", () => {
  for (const record of aggregateRecords) expect(record.error !== undefined).toBe(record.name.startsWith("APPROX_"));
});
