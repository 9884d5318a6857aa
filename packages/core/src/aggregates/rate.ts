import type { AggregateRecord } from "./aggregate-record.ts";

export const rate: AggregateRecord = {
  name: "RATE",
  signature: "RATE(): NUMBER",
  doc: "Events per second of window length, in a window of WITHIN, EVERY or OVER.",
  example: "BY host WITHIN 1m WHEN RATE() > 100 EMIT HIGH { per_second: RATE() }",
  arg: null,
  argOptional: true,
  percent: false,
  returns: "NUMBER",
  ofNothing: 0,
  distinct: false,
};
