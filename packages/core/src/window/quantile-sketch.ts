import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Bag } from "./part.ts";
import { percentileOf } from "./percentile-rank.ts";

/** Buckets of a power of two: half a bucket is at most 1/101 of what is in it. */
const PER_OCTAVE = 50;
/** Makes the bucket of the smallest double 1. */
const BIAS = 1074 * PER_OCTAVE + 1;

const view = new DataView(new ArrayBuffer(8));

interface Buckets {
  /** In ascending order. */
  keys: Int32Array;
  counts: Float64Array;
  used: number;
  total: number;
}

/**
 * APPROX_PERCENTILE by DDSketch: counts of buckets that are 1 % wide, negative numbers mirrored, 0 its own. The number of a given
 * rank is known to 1 % of itself; ranks are interpolated between as PERCENTILE does.
 *
 * An octave is cut evenly into 50 buckets (the linearly interpolated mapping of the paper's authors): that needs no logarithm, so
 * every machine gives the same bits.
 *
 * State   12 bytes a bucket in use: at most 50 for each doubling between the smallest and the largest number.
 * Source  Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019.
 */
export class QuantileSketch implements Bag {
  readonly rebuilds = true;
  readonly name = "sketch";
  readonly #slots: (Buckets | undefined)[] = [];

  percentile(slot: number, percent: number): number | null {
    const buckets = this.#slots[slot];
    return buckets === undefined
      ? null
      : percentileOf(buckets.total, percent, (rank) => middleOf(bucketAt(buckets, rank)));
  }

  grow(capacity: number): void {
    while (this.#slots.length < capacity) this.#slots.push(undefined);
  }

  representative(code: number): number {
    return middleOf(bucketOf(code));
  }

  add(slot: number, x: number, times: number): void {
    const buckets = (this.#slots[slot] ??= { keys: new Int32Array(4), counts: new Float64Array(4), used: 0, total: 0 });
    const key = bucketOf(x);
    const i = indexOf(buckets, key);
    if (i === buckets.used || buckets.keys[i] !== key) insert(buckets, i, key);
    buckets.counts[i]! += times;
    buckets.total += times;
  }

  remove(slot: number, x: number, times: number): void {
    const buckets = this.#slots[slot]!;
    const i = indexOf(buckets, bucketOf(x));
    buckets.counts[i]! -= times;
    buckets.total -= times;
    if (buckets.total === 0) this.#slots[slot] = undefined;
    else if (buckets.counts[i] === 0) {
      buckets.keys.copyWithin(i, i + 1, buckets.used);
      buckets.counts.copyWithin(i, i + 1, buckets.used);
      buckets.used--;
    }
  }

  reset(slot: number): void {
    this.#slots[slot] = undefined;
  }

  save(slot: number, out: ByteWriter): void {
    const buckets = this.#slots[slot];
    out.uint(buckets?.used ?? 0);
    for (let i = 0; i < (buckets?.used ?? 0); i++) {
      out.float(middleOf(buckets!.keys[i]!));
      out.uint(buckets!.counts[i]!);
    }
  }

  load(slot: number, input: ByteReader): void {
    this.reset(slot);
    for (let n = input.uint(); n > 0; n--) this.add(slot, input.float(), input.uint());
  }
}

function bucketOf(x: number): number {
  if (x === 0) return 0;
  let exponent = 0;
  let magnitude = Math.abs(x);
  if (magnitude < 2 ** -1022) {
    magnitude *= 2 ** 52;
    exponent = -52;
  }
  view.setFloat64(0, magnitude);
  const high = view.getUint32(0);
  exponent += (high >>> 20) - 1023;
  const fraction = ((high & 0xfffff) * 2 ** 32 + view.getUint32(4)) / 2 ** 52;
  const bucket = exponent * PER_OCTAVE + Math.floor(fraction * PER_OCTAVE) + BIAS;
  return x < 0 ? -bucket : bucket;
}

/** The number that is at most 1/101 of itself away from all of the bucket. */
function middleOf(key: number): number {
  if (key === 0) return 0;
  const bucket = Math.abs(key) - BIAS;
  const exponent = Math.floor(bucket / PER_OCTAVE);
  const step = bucket - exponent * PER_OCTAVE;
  const low = 1 + step / PER_OCTAVE;
  const high = 1 + (step + 1) / PER_OCTAVE;
  const middle = (2 * low * high) / (low + high);
  const magnitude = exponent < -1000 ? middle * 2 ** (exponent + 100) * 2 ** -100 : middle * 2 ** exponent;
  return key < 0 ? -magnitude : magnitude;
}

function bucketAt(buckets: Buckets, rank: number): number {
  let below = 0;
  for (let i = 0; i < buckets.used; i++) {
    below += buckets.counts[i]!;
    if (rank < below) return buckets.keys[i]!;
  }
  return 0;
}

function indexOf(buckets: Buckets, key: number): number {
  let low = 0;
  let high = buckets.used;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (buckets.keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(buckets: Buckets, i: number, key: number): void {
  if (buckets.used === buckets.keys.length) {
    const keys = new Int32Array(2 * buckets.used);
    keys.set(buckets.keys);
    buckets.keys = keys;
    const counts = new Float64Array(2 * buckets.used);
    counts.set(buckets.counts);
    buckets.counts = counts;
  }
  buckets.keys.copyWithin(i + 1, i, buckets.used);
  buckets.counts.copyWithin(i + 1, i, buckets.used);
  buckets.keys[i] = key;
  buckets.counts[i] = 0;
  buckets.used++;
}
