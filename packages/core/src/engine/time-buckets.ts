/**
 * Items by the millisecond they belong to, taken out in order of time and, within one, of insertion.
 *
 * One bucket per distinct time and a binary heap of the times: adding to a known time costs a map look-up, a new one O(log n).
 */
export class TimeBuckets<Item> {
  readonly #buckets = new Map<number, Item[]>();
  readonly #heap: number[] = [];
  #size = 0;

  /** Number of items. */
  get size(): number {
    return this.#size;
  }

  /** The earliest time; `Infinity` where there is none. */
  get first(): number {
    return this.#heap.length === 0 ? Infinity : this.#heap[0]!;
  }

  add(time: number, item: Item): void {
    this.#size++;
    const bucket = this.#buckets.get(time);
    if (bucket !== undefined) {
      bucket.push(item);
      return;
    }
    this.#buckets.set(time, [item]);
    this.#siftUp(time);
  }

  /** Removes and returns the items of the earliest time. */
  take(): readonly Item[] {
    const heap = this.#heap;
    const time = heap[0];
    if (time === undefined) return [];
    const last = heap.pop()!;
    if (heap.length > 0) this.#siftDown(last);
    const bucket = this.#buckets.get(time)!;
    this.#buckets.delete(time);
    this.#size -= bucket.length;
    return bucket;
  }

  /** Every item with its time, in order. */
  *entries(): Generator<readonly [number, Item]> {
    const times = this.#heap.toSorted((a, b) => a - b);
    for (const time of times) for (const item of this.#buckets.get(time)!) yield [time, item];
  }

  #siftUp(time: number): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(time);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]! <= time) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = time;
  }

  #siftDown(time: number): void {
    const heap = this.#heap;
    const n = heap.length;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= n) break;
      if (child + 1 < n && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= time) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = time;
  }
}
