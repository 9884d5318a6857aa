import { Duration, Time, type Value } from "../value.ts";
import { maxTimeMs } from "./from-host.ts";
import { roundDecimal } from "./round-decimal.ts";
import { toJson } from "./to-json.ts";

/** Texts that expressions make are at most this long, in UTF-16 units. */
export const maxTextLength: number = 2 ** 20;

/**
 * A value as people read it: strings as they are, `null`, `true`, TIME as ISO-8601 UTC, DURATION in d h m s ms, lists and objects
 * as JSON, numbers as `numberText` writes them.
 */
export function toText(value: Value, numberText: (x: number) => string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof Time) return timeText(value.ms);
  if (value instanceof Duration) return durationText(value.ms);
  return JSON.stringify(toJson(value));
}

/** A number as in JSON. */
export function plainNumber(x: number): string {
  return String(x + 0);
}

/** A number with at most 6 digits after the point, halves away from zero; from 1e21 on with an exponent, as in JSON. */
export function shortNumber(x: number): string {
  return String(roundDecimal(x, 6) + 0);
}

function timeText(ms: number): string {
  return Math.abs(ms) <= maxTimeMs ? new Date(ms).toISOString() : "null";
}

const units: readonly (readonly [name: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** `1d2h`, `-1m1s500ms`, `333.333333ms`, `0s`. */
function durationText(ms: number): string {
  const total = roundDecimal(Math.abs(ms), 6);
  if (total === 0) return "0s";
  let rest = Math.floor(total);
  const fraction = total - rest;
  let text = ms < 0 ? "-" : "";
  for (const [name, unitMs] of units) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${name}`;
    rest %= unitMs;
  }
  return rest + fraction > 0 ? `${text}${shortNumber(rest + fraction)}ms` : text;
}
