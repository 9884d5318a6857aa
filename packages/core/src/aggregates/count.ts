import type { AggregateRecord } from "./aggregate-record.ts";

export const count: AggregateRecord = {
  name: "COUNT",
  signature: "COUNT([DISTINCT] x?: ANY): NUMBER",
  doc: "Number of events; with an argument, of those for which it is neither NULL nor FALSE; with DISTINCT, of its different values that are not NULL.",
  example: "BY user WITHIN 10m WHEN COUNT(DISTINCT ip) >= 5 EMIT HIGH { logins: COUNT() }",
  arg: "ANY",
  argOptional: true,
  percent: false,
  returns: "NUMBER",
  ofNothing: 0,
  distinct: true,
};
