import { Duration, Time, type Value } from "../value.ts";
import { setOwn } from "./own-property.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A value as JSON data: TIME and DURATION in milliseconds, lists and objects as copies. Never NaN, an infinity or −0. */
export function toJson(value: Value): Json {
  if (typeof value === "number") return finite(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Time || value instanceof Duration) return finite(value.ms);
  if (Array.isArray(value)) return value.map((item: Value) => toJson(item));
  const object: { [name: string]: Json } = {};
  for (const [name, item] of Object.entries(value)) setOwn<Json>(object, name, toJson(item));
  return object;
}

function finite(x: number): number | null {
  // Adding 0 turns −0 into 0.
  return Number.isFinite(x) ? x + 0 : null;
}
