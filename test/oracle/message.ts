import { formatDuration } from "./times.ts";
import { DurationValue, isList, isObject, TimeValue, toJson, type Value } from "./values.ts";

/** What replaces `{expr}` in a message. */
export function formatForMessage(value: Value): string {
  return typeof value === "number" ? formatNumber(value) : asText(value, formatNumber);
}

/** What CONCAT makes of a value: as in a message, but numbers are not rounded. */
export function formatForConcat(value: Value): string {
  return asText(value, String);
}

function asText(value: Value, number: (value: number) => string): string {
  if (value === null) return "null";
  if (typeof value === "number") return number(value);
  if (value instanceof TimeValue) return new Date(value.ms).toISOString();
  if (value instanceof DurationValue) return formatDuration(value.ms, number);
  if (isList(value) || isObject(value)) return JSON.stringify(toJson(value));
  return String(value);
}

/** At most six digits after the point. */
function formatNumber(value: number): string {
  if (Math.abs(value) >= 1e21) return String(value);
  const text = value.toFixed(6).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}
