import type { AggregateRecord } from "./aggregate-record.ts";

export const sum: AggregateRecord = {
  name: "SUM",
  signature: "SUM(x: NUMBER): NUMBER?",
  doc: "Sum of the numbers, rounded once however many came and left; NULL when there are none.",
  example: "BY user WITHIN 1h WHEN SUM(amount) > 10_000 EMIT HIGH { total: SUM(amount) }",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};
