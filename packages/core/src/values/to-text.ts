import { Duration, Time, type Value } from "../value.ts";
import { maxTimeMs } from "./from-host.ts";
import { roundDecimal } from "./round-decimal.ts";
import { toJson } from "./to-json.ts";

/** Texts that expressions make are at most this long, in UTF-16 units. */
export const maxTextLength: number = 2 ** 20;

/**
 * A value as people read it: strings as they are, `null`, `true`, TIME as ISO-8601 UTC, DURATION in d h m s ms, lists and objects
 * as JSON. Numbers are rounded by `round` and written as in JSON: with an exponent from 1e21 on.
 */
export function toText(value: Value, round: (x: number) => number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(round(value));
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof Time) return timeText(value.ms);
  if (value instanceof Duration) return durationText(value.ms, round);
  return JSON.stringify(toJson(value));
}

/** At most 6 digits after the point, halves away from zero. */
export function sixDigits(x: number): number {
  return roundDecimal(x, 6);
}

export function allDigits(x: number): number {
  return x;
}

function numberText(x: number): string {
  // Adding 0 turns −0 into 0.
  return String(x + 0);
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

/** `1d2h`, `-1m1s500ms`, `333.333333ms`, `0ms`. */
function durationText(ms: number, round: (x: number) => number): string {
  // Rounded first, so that 59,999.9999999 ms carry over to `1m`.
  const total = round(Math.abs(ms));
  if (total === 0) return "0ms";
  const whole = Math.floor(total);
  let rest = whole;
  let text = ms < 0 ? "-" : "";
  for (const [name, unitMs] of units) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${name}`;
    rest %= unitMs;
  }
  rest += total - whole;
  return rest > 0 ? `${text}${numberText(round(rest))}ms` : text;
}
