import { Duration, Time, type Value } from "../value.ts";
import { typeOf, type ValueType } from "./type-of.ts";

/** What may be part of a key. */
export type KeyValue = boolean | number | string | Time | Duration;

/** Whether a value may be part of a key: NULL, a list and an object may not. */
export function isKeyValue(value: Value): value is KeyValue {
  return typeof value !== "object" || value instanceof Time || value instanceof Duration;
}

/**
 * Names a key by a primitive for use in a `Map`: equal keys have equal names, different ones different names, whatever their
 * types and the number of their parts.
 *
 * ```text
 * "alice"      "alice"                   a lone string, unless it begins with NUL
 * 42           42                        a lone number
 * TRUE, 5s     "\0T"  "\0d5000;"         other lone values, and strings that begin with NUL, as "\0" and one part
 * "a", 1       "\0(s1:an1;"              several parts; the length before a string says where it ends
 * ```
 *
 * Every part must be a key value (`isKeyValue`); this is not checked.
 */
export function keyOf(values: readonly Value[]): string | number {
  if (values.length === 1) return keyOfValue(values[0]!);
  let name = "\0(";
  for (const value of values) name += part(value);
  return name;
}

/** `keyOf([value])` without the list. */
export function keyOfValue(value: Value): string | number {
  if (typeof value === "string") return value.charCodeAt(0) === 0 ? `\0${part(value)}` : value;
  return typeof value === "number" ? value : `\0${part(value)}`;
}

function part(value: Value): string {
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (typeof value === "number") return `n${value};`;
  if (value === true) return "T";
  if (value === false) return "F";
  return value instanceof Time ? `t${value.ms};` : `d${(value as Duration).ms};`;
}

/**
 * The total order of keys: part by part from left to right, each by type (BOOLEAN, NUMBER, TIME, DURATION, STRING), then by value.
 * Strings are ordered by UTF-16 units. A key that is the beginning of another comes first.
 */
export function compareKeys(a: readonly Value[], b: readonly Value[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareKeyValues(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const rank: Readonly<Record<ValueType, number>> = {
  NULL: 0,
  BOOLEAN: 1,
  NUMBER: 2,
  TIME: 3,
  DURATION: 4,
  STRING: 5,
  LIST: 6,
  OBJECT: 7,
};

function compareKeyValues(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return compare(a, b);
  if (typeof a === "number" && typeof b === "number") return compare(a, b);
  const byType = rank[typeOf(a)] - rank[typeOf(b)];
  if (byType !== 0) return byType;
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (a instanceof Time || a instanceof Duration) return compare(a.ms, (b as Time | Duration).ms);
  return 0;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
