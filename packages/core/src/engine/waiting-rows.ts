import type { Row } from "../row.ts";
import { TimeHeap } from "./time-heap.ts";

const SMALLEST = 64;

/**
 * Rows that wait for the clock, taken out in order of time and, within one instant, of arrival.
 *
 * What arrives in order goes into a ring, what is older than the newest of the ring into a heap: input that is mostly in order, as
 * most is, pays for no sorting.
 *
 * State   the rows. Whatever is in the heap is older than the newest of the ring was, so the heap is empty where the ring is, and of
 *         two rows of one instant the one in the ring came first.
 */
export class WaitingRows {
  #ring: (Row | undefined)[] = new Array<Row | undefined>(SMALLEST).fill(undefined);
  #head = 0;
  #length = 0;
  #newest = -Infinity;
  readonly #late = new TimeHeap<Row>();
  #first = Infinity;

  get size(): number {
    return this.#length + this.#late.size;
  }

  /** The earliest time; `Infinity` where nothing waits. */
  get first(): number {
    return this.#first;
  }

  add(row: Row): void {
    const { time } = row;
    if (time < this.#first) this.#first = time;
    if (this.#length > 0 && time < this.#newest) {
      this.#late.add(time, row);
      return;
    }
    if (this.#length === this.#ring.length) this.#resize(2 * this.#length);
    this.#ring[(this.#head + this.#length++) & (this.#ring.length - 1)] = row;
    this.#newest = time;
  }

  /** Removes and returns the first row; there must be one. */
  take(): Row {
    const late = this.#late;
    const ring = this.#ring;
    let taken = ring[this.#head]!;
    if (late.first < taken.time) taken = late.take();
    else {
      ring[this.#head] = undefined;
      this.#head = (this.#head + 1) & (ring.length - 1);
      this.#length--;
      if (ring.length > SMALLEST && 8 * this.#length < ring.length) this.#resize(ring.length >> 1);
    }
    this.#first = this.#length === 0 ? Infinity : Math.min(late.first, this.#ring[this.#head]!.time);
    return taken;
  }

  /** All rows in order. */
  *rows(): Generator<Row> {
    let k = 0;
    for (const [time, row] of this.#late.entries()) {
      for (; k < this.#length && this.#at(k).time <= time; k++) yield this.#at(k);
      yield row;
    }
    for (; k < this.#length; k++) yield this.#at(k);
  }

  #at(k: number): Row {
    return this.#ring[(this.#head + k) & (this.#ring.length - 1)]!;
  }

  #resize(size: number): void {
    const ring = new Array<Row | undefined>(size).fill(undefined);
    for (let k = 0; k < this.#length; k++) ring[k] = this.#at(k);
    this.#ring = ring;
    this.#head = 0;
  }
}
