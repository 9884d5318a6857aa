import type { Duration } from "../value.ts";
import type { FunctionRecord } from "./function-record.ts";

export const seconds: FunctionRecord = inUnit("SECONDS", 1000, "BY user WHEN SECONDS(ELAPSED()) < 1 EMIT LOW");

export const minutes: FunctionRecord = inUnit(
  "MINUTES",
  60_000,
  "FROM trips EMIT INFO { minutes: MINUTES(TIME(arrived) - TIME(left)) }",
);

export const hours: FunctionRecord = inUnit("HOURS", 3_600_000, "BY host WHEN HOURS(ELAPSED()) > 24 EMIT LOW");

function inUnit(name: string, unitMs: number, example: string): FunctionRecord {
  return {
    name,
    signature: `${name}(d: DURATION): NUMBER`,
    doc: `The DURATION as a number of ${name.toLowerCase()}, with fractions.`,
    example,
    params: [{ name: "d", type: "DURATION" }],
    returns: "NUMBER",
    nullInNullOut: true,
    call: (d) => (d as Duration).ms / unitMs,
  };
}
