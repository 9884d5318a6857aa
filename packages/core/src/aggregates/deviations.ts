import type { AggregateRecord } from "./aggregate-record.ts";

export const standardDeviation: AggregateRecord = {
  name: "STDDEV",
  signature: "STDDEV(x: NUMBER): NUMBER?",
  doc: "Sample standard deviation (n − 1) of the numbers; NULL below two, exactly 0 for equal ones.",
  example:
    "BY user WITHIN 7d WHEN COUNT(PRIOR) >= 10 AND amount > AVG(PRIOR amount) + 3 * STDDEV(PRIOR amount) EMIT HIGH",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};

export const populationDeviation: AggregateRecord = {
  name: "STDDEV_POP",
  signature: "STDDEV_POP(x: NUMBER): NUMBER?",
  doc: "Standard deviation (n) of the numbers as a whole population; NULL when there are none, exactly 0 for equal ones.",
  example: "BY machine LAST 100 EVENTS WHEN STDDEV_POP(vibration) > 2.5 EMIT MEDIUM",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};

export const variance: AggregateRecord = {
  name: "VARIANCE",
  signature: "VARIANCE(x: NUMBER): NUMBER?",
  doc: "Sample variance (n − 1) of the numbers; NULL below two, exactly 0 for equal ones.",
  example: "BY machine WITHIN 1h WHEN COUNT(vibration) >= 20 AND VARIANCE(vibration) > 4 EMIT MEDIUM",
  arg: "NUMBER",
  argOptional: false,
  percent: false,
  returns: "NUMBER",
  ofNothing: null,
  distinct: false,
};
