import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { CHUNK_BITS, CHUNK_MASK, type FloatField, type Records } from "./records.ts";

/** More events than this are not kept in the record of a slot. */
const MOST_EVENTS = 64;
/** Ages up to this have a place in 32 bits. */
const MOST_MS = 2 ** 32 - 1;

const NEXT = 0;
const LENGTH = 1;
const TIMES = 2;

/**
 * When the newest events of a slot were, as many as the bounded windows of a group can tell apart: one ring for all of them. A window
 * is what of it lies after a bound, so an event costs one write, whatever the number of windows, and nothing has to leave.
 *
 *   record   place of the next event | how many there are | the low 32 bits of their times
 *
 * Time    never decreasing within a slot; `newest` has the whole time of the newest event, from which ages are told.
 * State   4 bytes an event that may be kept and 8 a slot. What is older than the longest window is forgotten with the next event.
 */
export class RecentTimes {
  readonly #records: Records;
  readonly #newest: FloatField;
  #size = 0;
  #spanMs = 0;
  #at = 0;

  constructor(records: Records, newest: FloatField) {
    this.#records = records;
    this.#newest = newest;
  }

  /** When the newest event of a slot was. */
  get newest(): FloatField {
    return this.#newest;
  }

  /** What a slot costs. */
  static bytes(events: number): number {
    return 4 * (TIMES + events);
  }

  static fits(events: number, lengthMs: number): boolean {
    return events <= MOST_EVENTS && lengthMs <= MOST_MS;
  }

  /** A window of that length needs so many of its newest events. Before `declare`. */
  need(events: number, lengthMs: number): void {
    this.#size = Math.max(this.#size, events);
    this.#spanMs = Math.max(this.#spanMs, lengthMs);
  }

  /** Takes its place in the records: all needs are known. */
  declare(): void {
    this.#at = this.#records.intFields(TIMES + this.#size);
  }

  /** Where code finds the ring in the integers of a record. */
  get layout(): { readonly next: number; readonly length: number; readonly times: number; readonly size: number } {
    return { next: this.#at + NEXT, length: this.#at + LENGTH, times: this.#at + TIMES, size: this.#size };
  }

  /** The age that nothing that is kept exceeds. */
  get spanMs(): number {
    return this.#spanMs;
  }

  /** Adds an event; `newest` still has the time of the one before, and is to be set to `t` next. */
  push(slot: number, t: number): void {
    this.trim(slot, t);
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const next = ints[i + NEXT]!;
    ints[i + TIMES + next] = t | 0;
    ints[i + NEXT] = next + 1 === this.#size ? 0 : next + 1;
    if (ints[i + LENGTH]! < this.#size) ints[i + LENGTH]!++;
  }

  /** Forgets what is older at `t` than any window reaches. */
  trim(slot: number, t: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const gap = t - this.#newest.get(slot);
    let length = gap > this.#spanMs ? 0 : ints[i + LENGTH]!;
    while (length > 0 && gap + this.#age(slot, length) > this.#spanMs) length--;
    ints[i + LENGTH] = length;
  }

  /** Whether the `n`-th newest event is at or after `bound`. */
  reaches(slot: number, n: number, bound: number): boolean {
    return this.length(slot) >= n && this.#age(slot, n) <= this.#newest.get(slot) - bound;
  }

  /** Events at or after `bound`; `most` stands for that many or more. */
  count(slot: number, most: number, bound: number): number {
    const reach = this.#newest.get(slot) - bound;
    let count = Math.min(most, this.length(slot));
    while (count > 0 && this.#age(slot, count) > reach) count--;
    return count;
  }

  /** Events that are kept. */
  length(slot: number): number {
    return this.#ints(slot)[this.#intAt(slot) + LENGTH]!;
  }

  /** Time of the `n`-th newest event, from 1 on. */
  time(slot: number, n: number): number {
    return this.#newest.get(slot) - this.#age(slot, n);
  }

  reset(slot: number): void {
    this.#ints(slot).fill(0, this.#intAt(slot), this.#intAt(slot) + TIMES);
  }

  /** The low 32 bits of the times, the oldest first. */
  save(slot: number, out: ByteWriter): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const length = ints[i + LENGTH]!;
    out.uint(length);
    let place = ints[i + NEXT]! - length;
    if (place < 0) place += this.#size;
    for (let n = length; n > 0; n--) {
      out.int32(ints[i + TIMES + place]!);
      place = place + 1 === this.#size ? 0 : place + 1;
    }
  }

  /** Into an empty slot, of which `newest` is known. Where more were kept than are here, the newest stay. */
  load(slot: number, input: ByteReader): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const newest = this.#newest.get(slot) | 0;
    const stored = input.uint();
    let length = 0;
    for (let n = stored; n > 0; n--) {
      const time = input.int32();
      if (n > this.#size || (newest - time) >>> 0 > this.#spanMs) continue;
      ints[i + TIMES + length++] = time;
    }
    ints[i + NEXT] = length === this.#size ? 0 : length;
    ints[i + LENGTH] = length;
  }

  /** How much older the `n`-th newest event is than the newest. */
  #age(slot: number, n: number): number {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const place = ints[i + NEXT]! - n;
    return ((this.#newest.get(slot) | 0) - ints[i + TIMES + (place < 0 ? place + this.#size : place)]!) >>> 0;
  }

  #ints(slot: number): Int32Array {
    return this.#records.ints[slot >>> CHUNK_BITS]!;
  }

  #intAt(slot: number): number {
    return (slot & CHUNK_MASK) * 2 * this.#records.stride + this.#at;
  }
}
