import type { AggregateRecord } from "./aggregate-record.ts";

export const first: AggregateRecord = {
  name: "FIRST",
  signature: "FIRST(x: ANY): same?",
  doc: "Oldest value that is not NULL.",
  example: "BY user WITHIN 1h WHEN COUNT() >= 3 AND LAST(country) != FIRST(country) EMIT HIGH { from: FIRST(country) }",
  arg: "ANY",
  argOptional: false,
  percent: false,
  returns: "same",
  ofNothing: null,
  distinct: false,
};

export const last: AggregateRecord = {
  name: "LAST",
  signature: "LAST(x: ANY): same?",
  doc: "Newest value that is not NULL.",
  example: "BY sensor WITHIN 10m WHEN LAST(temperature) > 80 FOR 5m EMIT HIGH",
  arg: "ANY",
  argOptional: false,
  percent: false,
  returns: "same",
  ofNothing: null,
  distinct: false,
};
