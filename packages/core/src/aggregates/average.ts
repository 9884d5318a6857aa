import type { AggregateRecord } from "./aggregate-record.ts";

export const average: AggregateRecord = {
  name: "AVG",
  signature: "AVG(x: NUMBER): NUMBER?",
  doc: "Mean of the numbers; NULL when there are none.",
  example: "BY user WITHIN 1h WHEN COUNT(PRIOR) >= 10 AND amount > 5 * AVG(PRIOR amount) EMIT MEDIUM",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};
