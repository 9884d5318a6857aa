import type { AggregateRecord } from "./aggregate-record.ts";

export const min: AggregateRecord = {
  name: "MIN",
  signature: "MIN(x: NUMBER | STRING | TIME | DURATION): same?",
  doc: "Smallest value; values without an order are skipped, values of different types give NULL.",
  example: "BY sensor WITHIN 5m WHEN MIN(temperature) > 80 EMIT HIGH { low: MIN(temperature) }",
  arg: "ordered",
  argOptional: false,
  percent: false,
  returns: "same",
  ofNothing: null,
  distinct: false,
};

export const max: AggregateRecord = {
  name: "MAX",
  signature: "MAX(x: NUMBER | STRING | TIME | DURATION): same?",
  doc: "Largest value; values without an order are skipped, values of different types give NULL.",
  example: "BY sensor WITHIN 5m WHEN MAX(temperature) - MIN(temperature) > 20 EMIT MEDIUM",
  arg: "ordered",
  argOptional: false,
  percent: false,
  returns: "same",
  ofNothing: null,
  distinct: false,
};
