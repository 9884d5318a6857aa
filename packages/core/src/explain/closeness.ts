import type { CompareOp } from "../plan.ts";
import { Duration, Time, type Value } from "../value.ts";
import { typeOf } from "../values/type-of.ts";

/** What a condition that is not TRUE gets at most: just short of 1, which is TRUE. */
export const almost: number = 1 - 2 ** -40;

/** Times differ by days, not by shares of the time since 1970. */
const timeScaleMs = 86_400_000;

/**
 * How near a comparison that is not TRUE came to being so: 1 less the gap between its sides as a share of the right one. `COUNT() > 5`
 * with a count of 4 is at 0.8; below 0, up to −1, is further away than the threshold itself.
 *
 * Texts and BOOLEANs are at 0, NULL and values of different types at −1.
 */
export function comparisonCloseness(cmp: CompareOp, left: Value, right: Value): number {
  if (left === null || right === null || typeOf(left) !== typeOf(right)) return -1;
  const a = amountOf(left);
  const b = amountOf(right);
  if (a === null || b === null) return 0;
  if (cmp === "!=") return almost;
  const scale = left instanceof Time ? timeScaleMs : Math.abs(b);
  const share = 1 - Math.abs(a - b) / (scale === 0 ? 1 : scale);
  return Math.min(almost, share < 0 ? 1 / (1 - share) - 1 : share);
}

/** AND: every part counts alike, so that the one that is missing does not hide how near the others came. */
export function togetherCloseness(parts: readonly number[]): number {
  let sum = 0;
  for (const part of parts) sum += part;
  return Math.min(almost, sum / parts.length);
}

function amountOf(value: Value): number | null {
  if (typeof value === "number") return value;
  return value instanceof Time || value instanceof Duration ? value.ms : null;
}
