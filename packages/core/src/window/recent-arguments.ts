import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { RecentTimes } from "./recent-times.ts";
import { CHUNK_BITS, CHUNK_MASK, IntField, type Records } from "./records.ts";

/**
 * What an expression was in the newest events of a slot: a ring in its record.
 *
 * State   8 bytes an event that may be kept and 4 a slot; 8 more an event once a value was no number.
 */
export class RecentArguments {
  /** Which argument of the window it keeps. */
  readonly arg: number;
  readonly #size: number;
  readonly #times: RecentTimes;
  readonly #records: Records;
  /** NaN where the value is no number. */
  readonly #numbers: number;
  readonly #next: IntField;
  readonly #others: (Value | undefined)[] = [];

  /** `times` know how many events there are. */
  constructor(arg: number, size: number, times: RecentTimes, records: Records) {
    this.arg = arg;
    this.#size = size;
    this.#times = times;
    this.#records = records;
    this.#numbers = records.floatField(size, Number.NaN);
    this.#next = new IntField(records, 0);
  }

  /** What a slot costs, of numbers. */
  static bytes(size: number): number {
    return 8 * size + 4;
  }

  add(slot: number, value: Value): void {
    const next = this.#next.get(slot);
    const at = slot * this.#size + next;
    if (typeof value === "number") {
      this.addNumber(slot, value);
      return;
    }
    this.addNumber(slot, Number.NaN);
    if (value === null) return;
    // Without holes: arrays with holes are slower to read.
    while (this.#others.length < at) this.#others.push(undefined);
    this.#others[at] = value;
  }

  /** As `add`, of a number, NaN being NULL. */
  addNumber(slot: number, x: number): void {
    const next = this.#next.get(slot);
    this.#set(slot, next, x);
    this.#next.set(slot, next + 1 === this.#size ? 0 : next + 1);
  }

  /** The value in the `n`-th newest event, from 1 on. */
  value(slot: number, n: number): Value {
    const place = this.#next.get(slot) - n;
    const at = place < 0 ? place + this.#size : place;
    const x = this.#floats(slot)[this.#floatAt(slot) + at]!;
    return Number.isNaN(x) ? (this.#others[slot * this.#size + at] ?? null) : x;
  }

  reset(slot: number): void {
    for (let at = 0; at < this.#size; at++) this.#set(slot, at, Number.NaN);
    this.#next.set(slot, 0);
  }

  /** Writes the values in the newest events, the oldest first. */
  save(slot: number, out: ByteWriter): void {
    const kept = Math.min(this.#times.length(slot), this.#size);
    out.uint(kept);
    const floats = this.#floats(slot);
    const at = this.#floatAt(slot);
    let place = this.#next.get(slot) - kept;
    if (place < 0) place += this.#size;
    for (let n = kept; n > 0; n--) {
      const x = floats[at + place]!;
      out.float(x);
      if (Number.isNaN(x)) out.value(this.#others[slot * this.#size + place] ?? null);
      place = place + 1 === this.#size ? 0 : place + 1;
    }
  }

  load(slot: number, input: ByteReader): void {
    for (let n = input.uint(); n > 0; n--) {
      const x = input.float();
      if (Number.isNaN(x)) this.add(slot, input.value());
      else this.addNumber(slot, x);
    }
  }

  #set(slot: number, at: number, x: number): void {
    if (this.#others.length > 0 && slot * this.#size + at < this.#others.length) {
      this.#others[slot * this.#size + at] = undefined;
    }
    this.#floats(slot)[this.#floatAt(slot) + at] = x;
  }

  #floats(slot: number): Float64Array {
    return this.#records.floats[slot >>> CHUNK_BITS]!;
  }

  #floatAt(slot: number): number {
    return (slot & CHUNK_MASK) * this.#records.stride + this.#numbers;
  }
}
