import { formatForConcat } from "./message.ts";
import { distanceKm, inCidr } from "./places.ts";
import { calendar, parseIso, type Calendar } from "./times.ts";
import { DurationValue, finite, isList, order, TimeValue, type Value } from "./values.ts";

/** Calls a function of the library. NULL in gives NULL; so does an argument of another type. */
export function callFunction(name: string, args: readonly Value[]): Value {
  if (name === "COALESCE") return args.find((arg) => arg !== null) ?? null;
  if (name === "IF") return (args[0] === true ? args[1] : args[2]) ?? null;
  if (args.includes(null)) return null;
  const known = library[name];
  if (known === undefined) throw new Error(`the oracle does not know the function ${name}`);
  return known(args);
}

const library: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
  ABS: ([x]) => (x instanceof DurationValue ? new DurationValue(Math.abs(x.ms)) : ofNumbers([x], Math.abs)),
  ROUND: (args) =>
    ofNumbers(args, (x, digits = 0) => (Math.sign(x) * Math.floor(Math.abs(x) * 10 ** digits + 0.5)) / 10 ** digits),
  FLOOR: (args) => ofNumbers(args, Math.floor),
  CEIL: (args) => ofNumbers(args, Math.ceil),
  SQRT: (args) => ofNumbers(args, Math.sqrt),
  POW: (args) => ofNumbers(args, (x, y = 1) => x ** y),
  LN: (args) => ofNumbers(args, Math.log),
  LOG10: (args) => ofNumbers(args, Math.log10),
  LEAST: (args) => extreme(args, -1),
  GREATEST: (args) => extreme(args, 1),
  LOWER: (args) => ofStrings(args, (s) => s.toLowerCase()),
  UPPER: (args) => ofStrings(args, (s) => s.toUpperCase()),
  TRIM: (args) => ofStrings(args, (s) => s.trim()),
  LENGTH: ([x]) => (typeof x === "string" || isList(x ?? null) ? (x as string | Value[]).length : null),
  SUBSTRING: ([s, from, length = Infinity]) =>
    typeof s === "string" && typeof from === "number" && typeof length === "number" && length >= 0
      ? s.slice(Math.max(0, from - 1), Math.max(0, from - 1 + length))
      : null,
  SPLIT: (args) => ofStrings(args, (s, by = "") => s.split(by)),
  CONCAT: (args) => args.map(formatForConcat).join(""),
  REPLACE: (args) => ofStrings(args, (s, from = "", to = "") => s.split(from).join(to)),
  HOUR: (args) => fromCalendar(args, "HOUR"),
  MINUTE: (args) => fromCalendar(args, "MINUTE"),
  WEEKDAY: (args) => fromCalendar(args, "WEEKDAY"),
  DAY: (args) => fromCalendar(args, "DAY"),
  MONTH: (args) => fromCalendar(args, "MONTH"),
  YEAR: (args) => fromCalendar(args, "YEAR"),
  SECONDS: ([d]) => (d instanceof DurationValue ? d.ms / 1000 : null),
  MINUTES: ([d]) => (d instanceof DurationValue ? d.ms / 60_000 : null),
  HOURS: ([d]) => (d instanceof DurationValue ? d.ms / 3_600_000 : null),
  TIME: ([x]) => toTime(x ?? null),
  DISTANCE_KM: (args) => ofNumbers(args, (a, b = 0, c = 0, d = 0) => distanceKm(a, b, c, d)),
  IN_CIDR: (args) => ofStrings(args, (ip, block = "") => inCidr(ip, block)),
};

/** TIME of epoch milliseconds or ISO-8601 text. */
export function toTime(value: Value): TimeValue | null {
  if (value instanceof TimeValue) return value;
  const ms = typeof value === "number" ? Math.floor(value) : typeof value === "string" ? parseIso(value) : null;
  return ms === null || !(Math.abs(ms) <= 8.64e15) ? null : new TimeValue(ms);
}

function ofNumbers(
  args: readonly (Value | undefined)[],
  compute: (...numbers: [number, ...number[]]) => number,
): Value {
  return args.every((arg) => typeof arg === "number") ? finite(compute(...(args as [number, ...number[]]))) : null;
}

function ofStrings(args: readonly Value[], compute: (...strings: [string, ...string[]]) => Value): Value {
  return args.every((arg) => typeof arg === "string") ? compute(...(args as unknown as [string, ...string[]])) : null;
}

function extreme(args: readonly Value[], sign: number): Value {
  let best = args[0] ?? null;
  for (const arg of args) {
    const byOrder = order(arg, best);
    if (byOrder === null) return null;
    if (byOrder * sign > 0) best = arg;
  }
  return best;
}

function fromCalendar([time, zone = "UTC"]: readonly Value[], part: keyof Calendar): Value {
  if (!(time instanceof TimeValue) || typeof zone !== "string") return null;
  return calendar(time.ms, zone)?.[part] ?? null;
}
