import { abs } from "./abs.ts";
import { day, hour, minute, month, weekday, year } from "./calendar.ts";
import { coalesce, ifElse } from "./choice.ts";
import { concat } from "./concat.ts";
import { distance } from "./distance.ts";
import { hours, minutes, seconds } from "./duration-units.ts";
import { elapsed, eventTime, prev, speedKmh, streamName } from "./event-context.ts";
import { greatest, least } from "./extremes.ts";
import type { FunctionRecord } from "./function-record.ts";
import { inCidr } from "./in-cidr.ts";
import { length } from "./length.ts";
import { lower, trim, upper } from "./letters.ts";
import { ln, log10, pow, sqrt } from "./powers.ts";
import { replace } from "./replace.ts";
import { ceil, floor, round } from "./rounding.ts";
import { split } from "./split.ts";
import { substring } from "./substring.ts";
import { time } from "./time.ts";

/** The functions of the language, in the order of its reference page. */
export const functionRecords: readonly FunctionRecord[] = [
  abs,
  round,
  floor,
  ceil,
  sqrt,
  pow,
  ln,
  log10,
  least,
  greatest,
  coalesce,
  ifElse,
  lower,
  upper,
  trim,
  length,
  substring,
  split,
  concat,
  replace,
  time,
  hour,
  minute,
  weekday,
  day,
  month,
  year,
  seconds,
  minutes,
  hours,
  eventTime,
  streamName,
  prev,
  elapsed,
  distance,
  speedKmh,
  inCidr,
];

const byName: ReadonlyMap<string, FunctionRecord> = new Map(functionRecords.map((record) => [record.name, record]));

/** A function of the library by its name in any case. */
export function functionByName(name: string): FunctionRecord | undefined {
  return byName.get(name.toUpperCase());
}
