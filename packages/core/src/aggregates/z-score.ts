import type { AggregateRecord } from "./aggregate-record.ts";

export const zScore: AggregateRecord = {
  name: "ZSCORE",
  signature: "ZSCORE(x: NUMBER): NUMBER?",
  doc: "How many standard deviations the event's number lies above the mean of those before it: (x − AVG(PRIOR x)) / STDDEV(PRIOR x); NULL where the deviation is NULL or 0.",
  example: "BY user WITHIN 30d WHEN COUNT(PRIOR) >= 20 AND ZSCORE(amount) > 4 EMIT HIGH { z: ZSCORE(amount) }",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};
