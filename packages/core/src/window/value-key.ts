import { Duration, Time, type Value } from "../value.ts";
import { isKeyValue, keyOfValue } from "../values/compare.ts";

/** What a value is told apart by in a Map: two values have the same key exactly if they are equal by `=`. */
export type ValueKey = string | number;

/** Lists and objects, which may not be part of a rule's key, are named beside the other values as "\0[…]" and "\0{…}". */
export function valueKey(value: Exclude<Value, null>): ValueKey {
  return isKeyValue(value) ? keyOfValue(value) : `\0${canonical(value)}`;
}

/** Equal lists and objects give the same text, whatever the order of their fields. */
function canonical(value: Value): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (value instanceof Time) return `t${value.ms}`;
  if (value instanceof Duration) return `d${value.ms}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}
