import { Duration, Time, type Value } from "../value.ts";
import { setOwn } from "./own-property.ts";

/** The farthest instants from 1970 that a TIME can name, in milliseconds: those that a calendar date of JavaScript can. */
export const maxTimeMs = 8.64e15;

/** Lists and objects nested deeper than this read as NULL. */
const maxDepth = 200;

/**
 * Reads what a host gives as a value of the language.
 *
 * `undefined`, functions, symbols, NaN, infinities and bigints beyond 2^53 become NULL; a `Date` becomes a TIME. Of objects the own
 * enumerable properties count, without those that are `undefined`. What repeats itself inside itself, or is nested deeper than
 * 200, becomes NULL there. Plain lists and objects that hold nothing to convert are returned as they are, not copied.
 */
export function fromHost(x: unknown): Value {
  switch (typeof x) {
    case "string":
    case "boolean":
      return x;
    case "number":
      return Number.isFinite(x) ? x : null;
    case "object":
      return x === null ? null : fromObject(x, []);
    case "bigint":
      return x >= Number.MIN_SAFE_INTEGER && x <= Number.MAX_SAFE_INTEGER ? Number(x) : null;
    default:
      return null;
  }
}

/** A TIME at `ms`, cut down to whole milliseconds; `null` where no date can be. */
export function timeAt(ms: number): Time | null {
  return Math.abs(ms) <= maxTimeMs ? new Time(Math.floor(ms)) : null;
}

function fromObject(x: object, around: object[]): Value {
  if (x instanceof Time) return Number.isInteger(x.ms) && Math.abs(x.ms) <= maxTimeMs ? x : timeAt(x.ms);
  if (x instanceof Duration) return Number.isFinite(x.ms) ? x : null;
  if (x instanceof Date) return timeAt(x.getTime());
  if (around.length >= maxDepth || around.includes(x)) return null;
  around.push(x);
  const value = Array.isArray(x)
    ? fromList(x, around)
    : isNumberArray(x)
      ? fromList([...x], around)
      : fromFields(x, around);
  around.pop();
  return value;
}

function fromList(list: readonly unknown[], around: object[]): Value {
  let copy: Value[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = nested(before, around);
    // A hole is not the same as NULL, even where reading it gives `undefined`.
    if (copy === null && after !== before) copy = list.slice(0, i) as Value[];
    copy?.push(after);
  }
  return copy ?? (list as readonly Value[]);
}

function fromFields(object: object, around: object[]): Value {
  const fields = object as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields);
  const prototype: unknown = Object.getPrototypeOf(object);
  let changed = prototype !== Object.prototype && prototype !== null;
  const values: Value[] = [];
  for (const name of names) {
    const before = fields[name];
    const after = nested(before, around);
    if (after !== before) changed = true;
    values.push(after);
  }
  if (!changed) return fields as Readonly<Record<string, Value>>;
  const copy: Record<string, Value> = {};
  for (let i = 0; i < names.length; i++) {
    if (values[i] !== null || fields[names[i]!] !== undefined) setOwn(copy, names[i]!, values[i]!);
  }
  return copy;
}

function nested(x: unknown, around: object[]): Value {
  return typeof x === "object" && x !== null ? fromObject(x, around) : fromHost(x);
}

function isNumberArray(x: object): x is object & Iterable<number | bigint> {
  return ArrayBuffer.isView(x) && !(x instanceof DataView);
}
