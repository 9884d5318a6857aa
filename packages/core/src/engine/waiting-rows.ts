import { type EventData, plainRow, type Row, type RowSource } from "../row.ts";
import { TimeHeap } from "./time-heap.ts";

const SMALLEST = 64;

/**
 * Rows that wait for the clock, taken out in order of time and, within one instant, of arrival.
 *
 * What arrives in order goes into a ring, what is older than the newest of the ring into a heap: input that is mostly in order, as
 * most is, pays for no sorting. Of a plain event the ring has the columns of its row, which is made as it is taken out: so it lives
 * for one event, and costs the collector nothing.
 *
 * State   the rows. Whatever is in the heap is older than the newest of the ring was, so the heap is empty where the ring is, and of
 *         two rows of one instant the one in the ring came first.
 */
export class WaitingRows {
  #ring = new RowRing(SMALLEST);
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
    if (!this.#comesInOrder(row.time)) {
      this.#late.add(row.time, row);
      return;
    }
    const at = this.#next(row.time);
    this.#ring.set(at, row.time, row.seq, null, row);
  }

  /** `add` of `plainRow(source, time, seq, event)`. */
  addPlain(source: RowSource, time: number, seq: number, event: EventData): void {
    if (!this.#comesInOrder(time)) {
      this.#late.add(time, plainRow(source, time, seq, event));
      return;
    }
    const at = this.#next(time);
    this.#ring.set(at, time, seq, source, event);
  }

  /** Removes and returns the first row; there must be one. */
  take(): Row {
    const ring = this.#ring;
    if (this.#late.first < ring.times[this.#head]!) {
      const taken = this.#late.take();
      this.#first = Math.min(this.#late.first, ring.times[this.#head]!);
      return taken;
    }
    const taken = ring.row(this.#head);
    ring.clear(this.#head);
    this.#head = (this.#head + 1) & (ring.size - 1);
    this.#length--;
    if (ring.size > SMALLEST && 8 * this.#length < ring.size) this.#resize(ring.size >> 1);
    this.#first = this.#length === 0 ? Infinity : Math.min(this.#late.first, this.#ring.times[this.#head]!);
    return taken;
  }

  /** All rows in order. */
  *rows(): Generator<Row> {
    let k = 0;
    for (const [time, row] of this.#late.entries()) {
      for (; k < this.#length && this.#ring.times[this.#at(k)]! <= time; k++) yield this.#ring.row(this.#at(k));
      yield row;
    }
    for (; k < this.#length; k++) yield this.#ring.row(this.#at(k));
  }

  #comesInOrder(time: number): boolean {
    if (time < this.#first) this.#first = time;
    return this.#length === 0 || time >= this.#newest;
  }

  /** The place in the ring, which may be another one then, for a row that comes in order. */
  #next(time: number): number {
    if (this.#length === this.#ring.size) this.#resize(2 * this.#length);
    this.#newest = time;
    return this.#at(this.#length++);
  }

  #at(k: number): number {
    return (this.#head + k) & (this.#ring.size - 1);
  }

  #resize(size: number): void {
    const ring = new RowRing(size);
    for (let k = 0; k < this.#length; k++) ring.copy(k, this.#ring, this.#at(k));
    this.#ring = ring;
    this.#head = 0;
  }
}

/** Rows as columns. */
class RowRing {
  readonly size: number;
  readonly times: Float64Array;
  readonly #seqs: Float64Array;
  /** `null`: the item is the row itself. */
  readonly #sources: (RowSource | null)[];
  readonly #items: (EventData | Row | null)[];

  /** `size` is a power of two. */
  constructor(size: number) {
    this.size = size;
    this.times = new Float64Array(size);
    this.#seqs = new Float64Array(size);
    this.#sources = new Array<RowSource | null>(size).fill(null);
    this.#items = new Array<EventData | Row | null>(size).fill(null);
  }

  set(at: number, time: number, seq: number, source: RowSource | null, item: EventData | Row): void {
    this.times[at] = time;
    this.#seqs[at] = seq;
    this.#sources[at] = source;
    this.#items[at] = item;
  }

  row(at: number): Row {
    const source = this.#sources[at] ?? null;
    const item = this.#items[at]!;
    return source === null ? (item as Row) : plainRow(source, this.times[at]!, this.#seqs[at]!, item as EventData);
  }

  clear(at: number): void {
    this.#items[at] = null;
  }

  copy(at: number, from: RowRing, fromAt: number): void {
    this.times[at] = from.times[fromAt]!;
    this.#seqs[at] = from.#seqs[fromAt]!;
    this.#sources[at] = from.#sources[fromAt] ?? null;
    this.#items[at] = from.#items[fromAt] ?? null;
  }
}
