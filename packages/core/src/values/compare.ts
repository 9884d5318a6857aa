import { Duration, Time, type Value, type ValueObject } from "../value.ts";

export { compareKeys, isKeyValue, type KeyValue, keyOf, keyOfValue } from "./keys.ts";

/**
 * `=` with three-valued logic: `null` where a side is NULL, `false` across types, deep on lists and objects.
 *
 * Inside lists and objects NULL equals NULL, so that a list equals itself; objects are equal when they have the same names with
 * equal values, in any order.
 */
export function equal(a: Value, b: Value): boolean | null {
  if (a === null || b === null) return null;
  return same(a, b);
}

/** The order of two values: negative, 0 or positive; `null` where a side is NULL, the types differ or have no order. */
export function order(a: Value, b: Value): number | null {
  if (typeof a === "number") return typeof b === "number" ? (a < b ? -1 : a > b ? 1 : 0) : null;
  if (typeof a === "string") return typeof b === "string" ? (a < b ? -1 : a > b ? 1 : 0) : null;
  if (a instanceof Time) return b instanceof Time ? Math.sign(a.ms - b.ms) : null;
  if (a instanceof Duration) return b instanceof Duration ? Math.sign(a.ms - b.ms) : null;
  return null;
}

function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Time) return b instanceof Time && a.ms === b.ms;
  if (a instanceof Duration) return b instanceof Duration && a.ms === b.ms;
  if (b instanceof Time || b instanceof Duration) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a as readonly Value[], b as readonly Value[]);
  return !Array.isArray(b) && sameFields(a as ValueObject, b as ValueObject);
}

function sameItems(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i]!));
}

function sameFields(a: ValueObject, b: ValueObject): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same(a[name]!, b[name]!));
}
