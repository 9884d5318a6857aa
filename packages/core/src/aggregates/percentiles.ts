import type { AggregateRecord } from "./aggregate-record.ts";

export const median: AggregateRecord = {
  name: "MEDIAN",
  signature: "MEDIAN(x: NUMBER): NUMBER?",
  doc: "Median of the numbers, which is PERCENTILE(x, 50); NULL when there are none.",
  example: "BY service WITHIN 5m WHEN COUNT() >= 50 AND MEDIAN(latency) > 200 EMIT MEDIUM",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};

export const percentile: AggregateRecord = {
  name: "PERCENTILE",
  signature: "PERCENTILE(x: NUMBER, p: 0..100): NUMBER?",
  doc: "The p-th percentile of the numbers, p a constant, interpolated linearly between the closest ranks; NULL when there are none.",
  example: "BY service WITHIN 5m WHEN PERCENTILE(latency, 99) > 500 EMIT HIGH { p99: PERCENTILE(latency, 99) }",
  arg: "NUMBER",
  argOptional: false,
  percent: true,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};
