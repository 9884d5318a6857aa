import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { fromBig, fromScaled, quotient, type Scaled, squareRoot, toBig, UNIT_EXPONENT } from "./big-exact.ts";
import { addTo, productError, sumError } from "./exact.ts";
import type { Bag } from "./part.ts";
import { FloatsField, IntField, Records } from "./records.ts";
import { scaledVariance } from "./variance.ts";

const SUM_TERMS = 2;
const SQUARE_TERMS = 4;
const SUM_LIMIT = 2 ** 900;
const SQUARE_LIMIT = 2 ** 400;
const SQUARE_FLOOR = 2 ** -400;
/** Steps after which wide sums are looked at again. */
const WIDE_STEPS = 32;
/** Multiples of 2^−452, as units of 2^−1074; twice that for squares. */
const FLOOR_BITS = -UNIT_EXPONENT - 452;
const CEILING = 1n << BigInt(900 - UNIT_EXPONENT);
const SQUARE_CEILING = CEILING << BigInt(-UNIT_EXPONENT);

interface WideSums {
  /** In units of 2^−1074. */
  sum: bigint;
  /** In units of 2^−2148. */
  squares: bigint;
  steps: number;
}

/**
 * Count, sum and sum of squares of numbers that come and go, kept exactly. Nothing drifts, whatever came and went and in
 * whatever order: SUM is the true sum rounded once, AVG and the variances are true to the last place or two.
 *
 * A sum is a few doubles that add up to it (two for Σx, four for Σx²), which does for numbers that span some 16 orders of
 * magnitude beside their own 16 digits. A slot that sees more goes over to a BigInt until the wide numbers have left.
 *
 * State   20 bytes a slot, 52 with squares.
 * Source  Shewchuk 1997 for the sums of doubles; Kulisch for the thought that exact sums cost little.
 */
export class Moments implements Bag {
  readonly rebuilds = false;
  readonly name: string;
  readonly #withSquares: boolean;
  readonly #records: Records;
  readonly #counts: IntField;
  readonly #sums: FloatsField;
  readonly #squares: FloatsField;
  readonly #wide = new Map<number, WideSums>();

  constructor(withSquares: boolean, records: Records = new Records()) {
    this.#withSquares = withSquares;
    this.name = withSquares ? "squares" : "sums";
    this.#records = records;
    this.#counts = new IntField(records, 0);
    this.#sums = new FloatsField(records, SUM_TERMS);
    this.#squares = new FloatsField(records, withSquares ? SQUARE_TERMS : 0);
  }

  grow(capacity: number): void {
    this.#records.grow(capacity);
  }

  representative(code: number): number {
    return code;
  }

  add(slot: number, x: number, times: number): void {
    for (let i = 0; i < times; i++) this.#take(slot, x, 1);
  }

  remove(slot: number, x: number, times: number): void {
    for (let i = 0; i < times; i++) this.#take(slot, x, -1);
  }

  /** Takes in (`sign` 1) or out (−1) all that slot `pane` of another one holds. */
  combine(slot: number, panes: Moments, pane: number, sign: 1 | -1): void {
    const count = this.#counts.get(slot) + sign * panes.#counts.get(pane);
    this.#counts.set(slot, count);
    if (count === 0) {
      this.#clear(slot);
      return;
    }
    const wide = panes.#wide.get(pane);
    if (wide !== undefined) {
      const own = this.#widen(slot);
      own.sum += BigInt(sign) * wide.sum;
      own.squares += BigInt(sign) * wide.squares;
      this.#narrow(slot, own);
      return;
    }
    const sums = panes.#sums.array(pane);
    const sumsAt = panes.#sums.at(pane);
    for (let i = 0; i < SUM_TERMS; i++) this.#addSum(slot, sign * sums[sumsAt + i]!);
    if (!this.#withSquares) return;
    const squares = panes.#squares.array(pane);
    const squaresAt = panes.#squares.at(pane);
    for (let i = 0; i < SQUARE_TERMS; i++) this.#addSquare(slot, sign * squares[squaresAt + i]!);
  }

  count(slot: number): number {
    return this.#counts.get(slot);
  }

  sum(slot: number): number | null {
    if (this.#counts.get(slot) === 0) return null;
    const wide = this.#wideOf(slot);
    if (wide !== undefined) return finite(fromBig(wide.sum));
    const sums = this.#sums.array(slot);
    const at = this.#sums.at(slot);
    return finite(sums[at]! + sums[at + 1]!);
  }

  mean(slot: number): number | null {
    const n = this.#counts.get(slot);
    if (n === 0) return null;
    const wide = this.#wideOf(slot);
    if (wide !== undefined) return finite(fromScaled(quotient(wide.sum, BigInt(n), UNIT_EXPONENT)));
    const sums = this.#sums.array(slot);
    const at = this.#sums.at(slot);
    const s0 = sums[at]!;
    const s1 = sums[at + 1]!;
    const sum = s0 + s1;
    const mean = sum / n;
    const back = mean * n;
    // One step of correction: the mean of equal numbers is that number.
    return mean + (sum - back - productError(mean, n, back) + sumError(s0, s1, sum)) / n;
  }

  /** Σ(x − mean)² / (n − `less`), `less` being 1 for a sample; NULL where that divides by 0. */
  variance(slot: number, less: 0 | 1): number | null {
    const n = this.#counts.get(slot);
    if (n <= less) return null;
    const wide = this.#wideVariance(slot, less);
    return finite(wide === null ? this.#variance(slot, less) : fromScaled(wide));
  }

  deviation(slot: number, less: 0 | 1): number | null {
    const n = this.#counts.get(slot);
    if (n <= less) return null;
    const wide = this.#wideVariance(slot, less);
    return finite(wide === null ? Math.sqrt(this.#variance(slot, less)) : squareRoot(wide));
  }

  /**
   * Whether `x` is certainly less than `sigmas` > 0 deviations above the mean, or its distance is NULL; `false` where that takes what
   * `mean` and `deviation` give. Tells it of most numbers at a fraction of their cost: from sums that were rounded, with room for what
   * that may have changed.
   */
  isBelow(slot: number, x: number, sigmas: number, less: number): boolean {
    if (this.#wide.size > 0) return false;
    const n = this.#counts.get(slot);
    const sums = this.#sums.array(slot);
    const at = this.#sums.at(slot);
    const s0 = sums[at]!;
    const s1 = sums[at + 1]!;
    const sum = s0 + s1;
    const sumSize = Math.abs(s0) + Math.abs(s1);
    // n times the distance from the mean.
    const distance = n * x - sum + 2 ** -50 * (Math.abs(n * x) + sumSize);
    if (distance <= 0) return true;
    const squares = this.#squares.array(slot);
    const q = this.#squares.at(slot);
    const square = squares[q]! + squares[q + 1]! + squares[q + 2]! + squares[q + 3]!;
    const squareSize =
      Math.abs(squares[q]!) + Math.abs(squares[q + 1]!) + Math.abs(squares[q + 2]!) + Math.abs(squares[q + 3]!);
    // n times the sum of squared distances from the mean.
    const spread = n * square - sum * sum - 2 ** -48 * (n * squareSize + sumSize * sumSize);
    return spread > 0 && distance * distance * (n - less) < 0.999999 * sigmas * sigmas * n * spread;
  }

  reset(slot: number): void {
    this.#counts.set(slot, 0);
    this.#clear(slot);
  }

  save(slot: number, out: ByteWriter): void {
    out.uint(this.#counts.get(slot));
    const wide = this.#wideOf(slot);
    out.boolean(wide !== undefined);
    if (wide !== undefined) {
      out.text(wide.sum.toString());
      out.text(wide.squares.toString());
      out.uint(wide.steps);
      return;
    }
    saveTerms(this.#sums.array(slot), this.#sums.at(slot), SUM_TERMS, out);
    if (this.#withSquares) saveTerms(this.#squares.array(slot), this.#squares.at(slot), SQUARE_TERMS, out);
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    this.#counts.set(slot, input.uint());
    if (input.boolean()) {
      this.#wide.set(slot, { sum: BigInt(input.text()), squares: BigInt(input.text()), steps: input.uint() });
      return;
    }
    loadTerms(this.#sums.array(slot), this.#sums.at(slot), SUM_TERMS, input);
    if (this.#withSquares) loadTerms(this.#squares.array(slot), this.#squares.at(slot), SQUARE_TERMS, input);
  }

  #take(slot: number, x: number, sign: 1 | -1): void {
    const count = this.#counts.get(slot) + sign;
    this.#counts.set(slot, count);
    if (count === 0) {
      this.#clear(slot);
      return;
    }
    const magnitude = Math.abs(x);
    const fits = this.#withSquares
      ? magnitude < SQUARE_LIMIT && (magnitude > SQUARE_FLOOR || magnitude === 0)
      : magnitude < SUM_LIMIT;
    const wide = fits ? this.#wideOf(slot) : this.#widen(slot);
    if (wide !== undefined) {
      const big = toBig(x);
      wide.sum += sign === 1 ? big : -big;
      if (this.#withSquares) wide.squares += sign === 1 ? big * big : -big * big;
      if (++wide.steps >= WIDE_STEPS) this.#narrow(slot, wide);
      return;
    }
    this.#addSum(slot, sign * x);
    if (!this.#withSquares) return;
    const square = x * x;
    this.#addSquare(slot, sign * square);
    const error = productError(x, x, square);
    if (error !== 0) this.#addSquare(slot, sign * error);
  }

  #addSum(slot: number, x: number): void {
    const wide = this.#wideOf(slot);
    if (wide !== undefined) wide.sum += toBig(x);
    else {
      const rest = addTo(this.#sums.array(slot), this.#sums.at(slot), SUM_TERMS, x);
      if (rest !== 0) this.#widen(slot).sum += toBig(rest);
    }
  }

  #addSquare(slot: number, x: number): void {
    const wide = this.#wideOf(slot);
    if (wide !== undefined) wide.squares += toBig(x) << BigInt(-UNIT_EXPONENT);
    else {
      const rest = addTo(this.#squares.array(slot), this.#squares.at(slot), SQUARE_TERMS, x);
      if (rest !== 0) this.#widen(slot).squares += toBig(rest) << BigInt(-UNIT_EXPONENT);
    }
  }

  #variance(slot: number, less: 0 | 1): number {
    const n = this.#counts.get(slot);
    const variance = scaledVariance(
      n,
      this.#sums.array(slot),
      this.#sums.at(slot),
      this.#squares.array(slot),
      this.#squares.at(slot),
    );
    return variance / (n * (n - less));
  }

  #wideVariance(slot: number, less: 0 | 1): Scaled | null {
    const wide = this.#wideOf(slot);
    if (wide === undefined) return null;
    const n = BigInt(this.#counts.get(slot));
    return quotient(n * wide.squares - wide.sum * wide.sum, n * (n - BigInt(less)), 2 * UNIT_EXPONENT);
  }

  #wideOf(slot: number): WideSums | undefined {
    return this.#wide.size === 0 ? undefined : this.#wide.get(slot);
  }

  #widen(slot: number): WideSums {
    let wide = this.#wide.get(slot);
    if (wide === undefined) {
      wide = { sum: 0n, squares: 0n, steps: 0 };
      for (let i = 0; i < SUM_TERMS; i++) wide.sum += toBig(this.#sums.array(slot)[this.#sums.at(slot) + i]!);
      if (this.#withSquares) {
        for (let i = 0; i < SQUARE_TERMS; i++) {
          wide.squares += toBig(this.#squares.array(slot)[this.#squares.at(slot) + i]!) << BigInt(-UNIT_EXPONENT);
        }
      }
      this.#wide.set(slot, wide);
    }
    return wide;
  }

  /** Back to doubles where all that is left fits. */
  #narrow(slot: number, wide: WideSums): void {
    wide.steps = 0;
    if (!spans(wide.sum, CEILING, FLOOR_BITS) || !spans(wide.squares, SQUARE_CEILING, 2 * FLOOR_BITS)) return;
    const sums = toTerms(wide.sum, SUM_TERMS);
    const squares = toTerms(wide.squares >> BigInt(-UNIT_EXPONENT), SQUARE_TERMS);
    if (sums === null || squares === null) return;
    this.#wide.delete(slot);
    this.#sums.array(slot).set(sums, this.#sums.at(slot));
    if (this.#withSquares) this.#squares.array(slot).set(squares, this.#squares.at(slot));
  }

  #clear(slot: number): void {
    const sum = this.#sums.at(slot);
    const sums = this.#sums.array(slot);
    for (let i = 0; i < SUM_TERMS; i++) sums[sum + i] = 0;
    const square = this.#squares.at(slot);
    if (this.#withSquares) this.#squares.array(slot).fill(0, square, square + SQUARE_TERMS);
    if (this.#wide.size > 0) this.#wide.delete(slot);
  }
}

function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function spans(units: bigint, ceiling: bigint, floorBits: number): boolean {
  return units < ceiling && -units < ceiling && BigInt.asUintN(floorBits, units) === 0n;
}

function toTerms(units: bigint, count: number): Float64Array | null {
  const terms = new Float64Array(count);
  let rest = units;
  for (let i = 0; i < count && rest !== 0n; i++) {
    terms[i] = fromBig(rest);
    rest -= toBig(terms[i]!);
  }
  return rest === 0n ? terms : null;
}

function saveTerms(terms: Float64Array, base: number, count: number, out: ByteWriter): void {
  let used = count;
  while (used > 0 && terms[base + used - 1] === 0) used--;
  out.uint(used);
  for (let i = 0; i < used; i++) out.float(terms[base + i]!);
}

function loadTerms(terms: Float64Array, base: number, count: number, input: ByteReader): void {
  const used = Math.min(input.uint(), count);
  for (let i = 0; i < used; i++) terms[base + i] = input.float();
}
