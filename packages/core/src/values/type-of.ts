import type { TypeName } from "../plan.ts";
import { Duration, Time, type Value } from "../value.ts";

export type ValueType = Exclude<TypeName, "ANY"> | "NULL";

/** The type of a value as the language names it. */
export function typeOf(value: Value): ValueType {
  switch (typeof value) {
    case "string":
      return "STRING";
    case "number":
      return "NUMBER";
    case "boolean":
      return "BOOLEAN";
    default:
      break;
  }
  if (value === null) return "NULL";
  if (value instanceof Time) return "TIME";
  if (value instanceof Duration) return "DURATION";
  return Array.isArray(value) ? "LIST" : "OBJECT";
}

/** Whether a value is an OBJECT: neither NULL, TIME, DURATION nor a list. */
export function isObjectValue(value: Value): value is { readonly [name: string]: Value } {
  return typeOf(value) === "OBJECT";
}
