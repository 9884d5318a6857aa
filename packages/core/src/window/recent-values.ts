import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { CHUNK_BITS, CHUNK_MASK, type Records } from "./records.ts";
import { ValueIds } from "./value-ids.ts";

/**
 * COUNT(DISTINCT e) up to a bound: the most recent different values, each with the last time it was seen, the newest first. Values
 * leave with the last of their events, so these are all that can tell counts up to the bound apart.
 *
 *   record   last times (doubles) | ids (32-bit) | how many there are (32-bit)
 *
 * State   12 bytes a value that may be kept and 4 a slot, whether kept or not; the values themselves once.
 */
export class RecentValues {
  /** Which argument of the window it takes. */
  readonly arg: number;
  readonly most: number;
  readonly #records: Records;
  readonly #times: number;
  readonly #ids: number;
  readonly #values = new ValueIds();

  constructor(arg: number, most: number, records: Records) {
    this.arg = arg;
    this.most = most;
    this.#records = records;
    this.#times = records.floatField(RecentValues.bytes(most) / 8, 0);
    this.#ids = 2 * (this.#times + most);
  }

  /** What a slot costs. */
  static bytes(most: number): number {
    return 8 * (most + Math.ceil((most + 1) / 2));
  }

  /** Different values of the window; `most` stands for that many or more. */
  count(slot: number): number {
    return this.#ints(slot)[this.#intAt(slot) + this.most]!;
  }

  /** Where code finds the last times (doubles) and how many there are (an integer) in a record. */
  get layout(): { readonly times: number; readonly count: number } {
    return { times: this.#times, count: this.#ids + this.most };
  }

  /** Different values last seen at or after `bound`; `most` stands for that many or more. */
  countSince(slot: number, bound: number): number {
    const times = this.#floats(slot);
    const at = this.#floatAt(slot);
    let count = this.count(slot);
    while (count > 0 && times[at + count - 1]! < bound) count--;
    return count;
  }

  /** When the value that leaves next was last seen; `Infinity` where there is none. */
  oldest(slot: number): number {
    const count = this.count(slot);
    return count === 0 ? Number.POSITIVE_INFINITY : this.#floats(slot)[this.#floatAt(slot) + count - 1]!;
  }

  add(slot: number, value: Value, t: number): void {
    if (value !== null) this.#see(slot, this.#values.idOf(value), t);
  }

  /** Drops the values last seen before `bound`. */
  dropBefore(slot: number, bound: number): void {
    const ints = this.#ints(slot);
    const at = this.#intAt(slot);
    let count = ints[at + this.most]!;
    if (count === 0) return;
    const times = this.#floats(slot);
    const timesAt = this.#floatAt(slot);
    while (count > 0 && times[timesAt + count - 1]! < bound) {
      count--;
      this.#values.release(ints[at + count]!);
    }
    ints[at + this.most] = count;
  }

  reset(slot: number): void {
    this.dropBefore(slot, Number.POSITIVE_INFINITY);
  }

  save(slot: number, out: ByteWriter): void {
    const count = this.count(slot);
    out.uint(count);
    for (let k = count - 1; k >= 0; k--) {
      this.#values.write(this.#ints(slot)[this.#intAt(slot) + k]!, out);
      out.float(this.#floats(slot)[this.#floatAt(slot) + k]!);
    }
  }

  /** From the oldest on: where more were kept than are here, the newest stay. */
  load(slot: number, input: ByteReader): void {
    for (let n = input.uint(); n > 0; n--) this.#see(slot, this.#values.read(input), input.float());
  }

  #see(slot: number, id: number, t: number): void {
    const ints = this.#ints(slot);
    const at = this.#intAt(slot);
    const times = this.#floats(slot);
    const timesAt = this.#floatAt(slot);
    const count = ints[at + this.most]!;
    let k = 0;
    while (k < count && ints[at + k] !== id) k++;
    if (k === count) {
      this.#values.hold(id);
      if (count === this.most) this.#values.release(ints[at + --k]!);
      else ints[at + this.most] = count + 1;
    }
    for (; k > 0; k--) {
      ints[at + k] = ints[at + k - 1]!;
      times[timesAt + k] = times[timesAt + k - 1]!;
    }
    ints[at] = id;
    times[timesAt] = t;
  }

  #ints(slot: number): Int32Array {
    return this.#records.ints[slot >>> CHUNK_BITS]!;
  }

  #floats(slot: number): Float64Array {
    return this.#records.floats[slot >>> CHUNK_BITS]!;
  }

  #intAt(slot: number): number {
    return (slot & CHUNK_MASK) * 2 * this.#records.stride + this.#ids;
  }

  #floatAt(slot: number): number {
    return (slot & CHUNK_MASK) * this.#records.stride + this.#times;
  }
}
