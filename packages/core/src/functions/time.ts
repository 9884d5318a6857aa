import { parseTime } from "../time-text.ts";
import { Time } from "../value.ts";
import { timeAt } from "../values/from-host.ts";
import type { FunctionRecord } from "./function-record.ts";

export const time: FunctionRecord = {
  name: "TIME",
  signature: "TIME(x: ANY): TIME",
  doc:
    "A TIME from epoch milliseconds, cut down to whole ones, or from ISO-8601 text (without a zone: UTC); NULL where the text is " +
    "none or no date can be so far away.",
  example: 'FROM orders WHERE TIME(created) < TIME("2020-01-01") EMIT LOW',
  params: [{ name: "x", type: "ANY" }],
  returns: "TIME",
  nullInNullOut: true,
  call: (x) => {
    if (x instanceof Time) return x;
    const ms = typeof x === "string" ? parseTime(x) : x;
    return typeof ms === "number" ? timeAt(ms) : null;
  },
};
