import type { AggregateSpec } from "../../../packages/core/src/window/window-store.ts";
import { Duration, Time, type Value } from "../../../packages/core/src/value.ts";
import { equal } from "../../../packages/core/src/values/compare.ts";

/** A number as numerator / denominator. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A double as what it is, by doubling it until it is whole. */
export function ratioOf(x: number): Ratio {
  let whole = x;
  let halvings = 0n;
  for (; !Number.isInteger(whole); whole *= 2) halvings++;
  return { numerator: BigInt(whole), denominator: 1n << halvings };
}

export function exactSum(numbers: readonly number[]): Ratio {
  return add(numbers.map(ratioOf));
}

export function exactMean(numbers: readonly number[]): Ratio {
  const { numerator, denominator } = exactSum(numbers);
  return { numerator, denominator: denominator * BigInt(numbers.length) };
}

/** Σ(x − mean)² / divisor. */
export function exactVariance(numbers: readonly number[], divisor: number): Ratio {
  const mean = exactMean(numbers);
  const squares = numbers.map((x) => {
    const far = add([ratioOf(x), { numerator: -mean.numerator, denominator: mean.denominator }]);
    return { numerator: far.numerator ** 2n, denominator: far.denominator ** 2n };
  });
  const { numerator, denominator } = add(squares);
  return { numerator, denominator: denominator * BigInt(divisor) };
}

/** |x − exact| / |exact| ≤ 2^−bits; equal where the exact number is 0. */
export function isNear(x: number, exact: Ratio, bits: number): boolean {
  const { numerator, denominator } = ratioOf(x);
  const far = abs(numerator * exact.denominator - exact.numerator * denominator);
  return far << BigInt(bits) <= abs(exact.numerator * denominator);
}

/** The number among the doubles that is nearest to the exact one. */
export function isNearest(x: number, exact: Ratio): boolean {
  const distance = (y: number): Ratio => {
    const there = ratioOf(y);
    return {
      numerator: abs(there.numerator * exact.denominator - exact.numerator * there.denominator),
      denominator: there.denominator * exact.denominator,
    };
  };
  const own = distance(x);
  return [neighbour(x, 1n), neighbour(x, -1n)].every((y) => {
    if (!Number.isFinite(y)) return true;
    const other = distance(y);
    return own.numerator * other.denominator <= other.numerator * own.denominator;
  });
}

function neighbour(x: number, step: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  if (x === 0) return step > 0n ? 5e-324 : -5e-324;
  view.setBigInt64(0, view.getBigInt64(0) + step);
  return view.getFloat64(0);
}

function add(ratios: readonly Ratio[]): Ratio {
  const denominator = ratios.reduce((most, r) => (r.denominator > most ? r.denominator : most), 1n);
  // Denominators of one kind divide each other.
  if (ratios.every((r) => denominator % r.denominator === 0n)) {
    return {
      numerator: ratios.reduce((sum, r) => sum + r.numerator * (denominator / r.denominator), 0n),
      denominator,
    };
  }
  return ratios.reduce((sum, r) => ({
    numerator: sum.numerator * r.denominator + r.numerator * sum.denominator,
    denominator: sum.denominator * r.denominator,
  }));
}

function abs(n: bigint): bigint {
  return n < 0n ? -n : n;
}

/**
 * Whether `value` is what the aggregate of these argument values is, recomputed: `null` where it is, else what was expected.
 */
export function discrepancy(spec: AggregateSpec, values: readonly Value[], value: Value): string | null {
  const present = values.filter((v) => v !== null);
  const numbers = present.filter((v) => typeof v === "number");
  const n = numbers.length;
  switch (spec.fn) {
    case "COUNT":
      if (spec.arg === null) return same(value, values.length);
      return same(value, spec.distinct ? distinct(present).length : present.filter((v) => v !== false).length);
    case "RATE":
      return same(value, values.length / spec.seconds!);
    case "SUM":
      return n === 0 ? same(value, null) : number(value, exactSum(numbers), 53);
    case "AVG":
      return n === 0 ? same(value, null) : number(value, exactMean(numbers), 51);
    case "VARIANCE":
      return n < 2 ? same(value, null) : number(value, exactVariance(numbers, n - 1), 46);
    case "STDDEV":
      return n < 2 ? same(value, null) : root(value, exactVariance(numbers, n - 1));
    case "STDDEV_POP":
      return n < 1 ? same(value, null) : root(value, exactVariance(numbers, n));
    case "MIN":
      return same(
        value,
        extreme(present, (a, b) => a < b),
      );
    case "MAX":
      return same(
        value,
        extreme(present, (a, b) => a > b),
      );
    case "FIRST":
      return same(value, present[0] ?? null);
    case "LAST":
      return same(value, present.at(-1) ?? null);
    case "MEDIAN":
      return same(value, percentile(numbers, 50));
    case "PERCENTILE":
      return same(value, percentile(numbers, spec.percent!));
    case "APPROX_DISTINCT": {
      const exact = distinct(present).length;
      return Math.abs((value as number) - exact) <= Math.max(1, 0.04 * exact) ? null : `about ${exact}`;
    }
    case "APPROX_PERCENTILE": {
      const exact = percentile(numbers, spec.percent!);
      if (exact === null || value === null) return same(value, exact);
      return Math.abs((value as number) - exact) <= 0.01 * slack(numbers, spec.percent!) ? null : `about ${exact}`;
    }
  }
}

function same(value: Value, expected: Value): string | null {
  const equals = value === expected || equal(value, expected) === true;
  return equals ? null : JSON.stringify(expected);
}

/** The nearest double for 53 bits, else near to that many; NULL where no double is large enough. */
function number(value: Value, exact: Ratio, bits: number): string | null {
  const limit = ratioOf(Number.MAX_VALUE).numerator;
  const size = abs(exact.numerator) / exact.denominator;
  if (value === null) return size >= limit ? null : "a number";
  if (typeof value !== "number") return "a number";
  // Below 2^−1000 a double has fewer bits than that.
  const small = exact.numerator !== 0n && abs(exact.numerator) << 1000n < exact.denominator;
  const right = bits === 53 || small ? Math.abs(value) < 1e-300 || isNearest(value, exact) : isNear(value, exact, bits);
  return right ? null : `${exact.numerator} / ${exact.denominator}`;
}

function root(value: Value, variance: Ratio): string | null {
  const most = ratioOf(Number.MAX_VALUE).numerator ** 2n;
  if (value === null && variance.numerator > most * variance.denominator) return null;
  if (typeof value !== "number") return "a number";
  // Down there a double has too few bits to be near to anything.
  if (Math.abs(value) < 1e-300 && variance.numerator << 1990n < variance.denominator) return null;
  const { numerator, denominator } = ratioOf(value);
  const square = { numerator: numerator ** 2n, denominator: denominator ** 2n };
  const far = abs(square.numerator * variance.denominator - variance.numerator * square.denominator);
  return far << 44n <= abs(variance.numerator * square.denominator)
    ? null
    : `the root of ${variance.numerator} / ${variance.denominator}`;
}

function distinct(values: readonly Value[]): Value[] {
  const found: Value[] = [];
  for (const value of values) if (!found.some((other) => equal(value, other) === true)) found.push(value);
  return found;
}

function extreme(values: readonly Value[], better: (a: number | string, b: number | string) => boolean): Value {
  const ordered = values.filter(
    (v) => typeof v === "number" || typeof v === "string" || v instanceof Time || v instanceof Duration,
  );
  const kinds = new Set(ordered.map((v) => (typeof v === "object" ? v.constructor.name : typeof v)));
  if (kinds.size !== 1) return null;
  const plain = (v: (typeof ordered)[number]): number | string => (typeof v === "object" ? v.ms : v);
  return ordered.reduce((best, v) => (better(plain(v), plain(best)) ? v : best));
}

export function percentile(numbers: readonly number[], percent: number): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const rank = (percent * (sorted.length - 1)) / 100;
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  const share = rank - Math.floor(rank);
  if (share === 0) return low;
  const between = low + (high - low) * share;
  return Number.isFinite(between) ? between : low * (1 - share) + high * share;
}

/** What the interpolated numbers come to by their sizes; with a word for the roundings. */
export function slack(numbers: readonly number[], percent: number): number {
  const sizes = (rank: number): number => Math.abs([...numbers].sort((a, b) => a - b)[rank]!);
  const rank = (percent * (numbers.length - 1)) / 100;
  const share = rank - Math.floor(rank);
  return (sizes(Math.floor(rank)) * (1 - share) + sizes(Math.ceil(rank)) * share) * (1 + 1e-12);
}
