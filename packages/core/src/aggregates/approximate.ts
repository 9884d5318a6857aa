import type { AggregateRecord } from "./aggregate-record.ts";

export const approximateDistinct: AggregateRecord = {
  name: "APPROX_DISTINCT",
  signature: "APPROX_DISTINCT(x: ANY): NUMBER",
  doc: "Number of different values that are not NULL, by HyperLogLog, for windows too large for COUNT(DISTINCT x).",
  example:
    "BY network EVERY 1h WHEN APPROX_DISTINCT(destination) > 100_000 EMIT HIGH { hosts: APPROX_DISTINCT(destination) }",
  arg: "ANY",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: 0,
  distinct: false,
  error: "standard error below 1 % (0.81 %)",
};

export const approximatePercentile: AggregateRecord = {
  name: "APPROX_PERCENTILE",
  signature: "APPROX_PERCENTILE(x: NUMBER, p: 0..100): NUMBER?",
  doc: "The p-th percentile of the numbers, p a constant, by DDSketch, for windows too large for PERCENTILE; NULL when there are none.",
  example: "BY service WITHIN 1h PRECISION 1m WHEN APPROX_PERCENTILE(latency, 99) > 500 EMIT HIGH",
  arg: "NUMBER",
  argOptional: false,
  percent: true,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
  error: "each number it is interpolated from is known to 1 % of itself",
};
