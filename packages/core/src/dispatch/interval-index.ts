/**
 * Numbers of intervals by a point in them: intervals in order of their lower ends, and over these a tree of the largest upper end.
 *
 * Time    O(log n + found).
 * Source  Cormen et al., "Introduction to Algorithms", 14.3 (interval trees), laid out as a sorted array.
 */
export class IntervalIndex {
  readonly #lows: Float64Array;
  readonly #items: Int32Array;
  /** Of the node in the middle of a part of the array: the largest upper end of that part. */
  readonly #highs: Float64Array;
  readonly #largest: Float64Array;

  /** Both ends belong to an interval. */
  constructor(intervals: readonly { readonly low: number; readonly high: number; readonly item: number }[]) {
    const sorted = intervals.toSorted((a, b) => a.low - b.low);
    this.#lows = Float64Array.from(sorted, ({ low }) => low);
    this.#highs = Float64Array.from(sorted, ({ high }) => high);
    this.#items = Int32Array.from(sorted, ({ item }) => item);
    this.#largest = new Float64Array(sorted.length);
    this.#build(0, sorted.length);
  }

  /** Calls `found` with every interval that holds `x`. */
  query(x: number, found: (item: number) => void): void {
    this.#query(0, this.#lows.length, x, found);
  }

  #build(from: number, to: number): number {
    if (from >= to) return -Infinity;
    const middle = (from + to) >>> 1;
    const largest = Math.max(this.#highs[middle]!, this.#build(from, middle), this.#build(middle + 1, to));
    this.#largest[middle] = largest;
    return largest;
  }

  #query(from: number, to: number, x: number, found: (item: number) => void): void {
    if (from >= to) return;
    const middle = (from + to) >>> 1;
    if (this.#largest[middle]! < x) return;
    this.#query(from, middle, x, found);
    // All that lie behind begin later still.
    if (this.#lows[middle]! > x) return;
    if (this.#highs[middle]! >= x) found(this.#items[middle]!);
    this.#query(middle + 1, to, x, found);
  }
}
