import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { CHUNK_BITS, CHUNK_MASK, type FloatField, type Records } from "./records.ts";
import { ValueIds } from "./value-ids.ts";

/** Where code finds what is kept of a slot: offsets in the integers of its record, but for `times` where those are whole. */
export interface RecentValuesLayout {
  readonly count: number;
  readonly times: number;
  /** Whether `times` are doubles among the floats of a record; else the low 32 bits, in its integers. */
  readonly isWhole: boolean;
}

/**
 * COUNT(DISTINCT e) up to a bound: the most recent different values, each with the last time it was seen, the newest first. Values
 * leave with the last of their events, so these are all that can tell counts up to the bound apart.
 *
 *   record   how many there are | ids | low 32 bits of the last times        where the time of the key's newest event is at hand
 *            how many there are | ids    and    last times (doubles)         elsewhere
 *
 * Time    where 32 bits are kept, what is older than that allows has to be dropped before an event is added, and with the bound of
 *         that event: no window is longer.
 * State   8 bytes a value that may be kept, or 12, and 4 a slot, whether kept or not; the values themselves once.
 */
export class RecentValues {
  /** Which argument of the window it takes. */
  readonly arg: number;
  readonly most: number;
  readonly layout: RecentValuesLayout;
  readonly #records: Records;
  readonly #newest: FloatField | null;
  readonly #count: number;
  readonly #ids: number;
  readonly #times: number;
  readonly #values = new ValueIds();

  /** `newest` has the time of a key's newest event, set after the event was added. */
  constructor(arg: number, most: number, records: Records, newest: FloatField | null = null) {
    this.arg = arg;
    this.most = most;
    this.#records = records;
    this.#newest = newest;
    this.#count = records.intFields(newest === null ? 1 + most : 1 + 2 * most);
    this.#ids = this.#count + 1;
    this.#times = newest === null ? records.floatField(most, 0) : this.#ids + most;
    this.layout = { count: this.#count, times: this.#times, isWhole: newest === null };
  }

  /** What a slot costs. */
  static bytes(most: number, isWhole: boolean): number {
    return 4 + (isWhole ? 12 : 8) * most;
  }

  /** Different values of the window; `most` stands for that many or more. */
  count(slot: number): number {
    return this.#ints(slot)[this.#at(slot) + this.#count]!;
  }

  /** Different values last seen at or after `bound`; `most` stands for that many or more. */
  countSince(slot: number, bound: number): number {
    let count = this.count(slot);
    while (count > 0 && this.#time(slot, count - 1) < bound) count--;
    return count;
  }

  /** When the value that leaves next was last seen; `Infinity` where there is none. */
  oldest(slot: number): number {
    const count = this.count(slot);
    return count === 0 ? Number.POSITIVE_INFINITY : this.#time(slot, count - 1);
  }

  add(slot: number, value: Value, t: number): void {
    if (value !== null) this.#see(slot, this.#values.idOf(value), t);
  }

  /** Drops the values last seen before `bound`. */
  dropBefore(slot: number, bound: number): void {
    let count = this.count(slot);
    if (count === 0) return;
    const ints = this.#ints(slot);
    const at = this.#at(slot);
    while (count > 0 && this.#time(slot, count - 1) < bound) {
      count--;
      this.#values.release(ints[at + this.#ids + count]!);
    }
    ints[at + this.#count] = count;
  }

  reset(slot: number): void {
    this.dropBefore(slot, Number.POSITIVE_INFINITY);
  }

  save(slot: number, out: ByteWriter): void {
    const count = this.count(slot);
    out.uint(count);
    for (let k = count - 1; k >= 0; k--) {
      this.#values.write(this.#ints(slot)[this.#at(slot) + this.#ids + k]!, out);
      out.float(this.#time(slot, k));
    }
  }

  /** From the oldest on: where more were kept than are here, the newest stay. The time of the key's newest event is known. */
  load(slot: number, input: ByteReader): void {
    for (let n = input.uint(); n > 0; n--) this.#see(slot, this.#values.read(input), input.float());
  }

  #see(slot: number, id: number, t: number): void {
    const ints = this.#ints(slot);
    const at = this.#at(slot);
    const ids = at + this.#ids;
    const count = ints[at + this.#count]!;
    let k = 0;
    while (k < count && ints[ids + k] !== id) k++;
    if (k === count) {
      this.#values.hold(id);
      if (count === this.most) this.#values.release(ints[ids + --k]!);
      else ints[at + this.#count] = count + 1;
    }
    shiftIn(ints, ids, k, id);
    if (this.#newest === null) shiftIn(this.#floats(slot), this.#floatsAt(slot), k, t);
    else shiftIn(ints, at + this.#times, k, t | 0);
  }

  /** When the value at place `k` was last seen. */
  #time(slot: number, k: number): number {
    if (this.#newest === null) return this.#floats(slot)[this.#floatsAt(slot) + k]!;
    const newest = this.#newest.get(slot);
    return newest - (((newest | 0) - this.#ints(slot)[this.#at(slot) + this.#times + k]!) >>> 0);
  }

  #ints(slot: number): Int32Array {
    return this.#records.ints[slot >>> CHUNK_BITS]!;
  }

  #floats(slot: number): Float64Array {
    return this.#records.floats[slot >>> CHUNK_BITS]!;
  }

  #at(slot: number): number {
    return (slot & CHUNK_MASK) * 2 * this.#records.stride;
  }

  #floatsAt(slot: number): number {
    return (slot & CHUNK_MASK) * this.#records.stride + this.#times;
  }
}

/** Puts `x` in front of `count` numbers, of which the last goes. */
function shiftIn(numbers: Float64Array | Int32Array, at: number, count: number, x: number): void {
  for (let i = at + count; i > at; i--) numbers[i] = numbers[i - 1]!;
  numbers[at] = x;
}
