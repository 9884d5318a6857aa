/** A heap of fewer items does not give memory back. */
const smallest = 512;

/**
 * Items by the instant they belong to, taken out in order of time and, within one, of insertion.
 *
 * A heap of four children a node in typed arrays: what comes in order costs next to nothing, and nothing is allocated for an item.
 */
export class TimeHeap<Item> {
  #times = new Float64Array(16);
  /** Position in the order of insertion. */
  #orders = new Float64Array(16);
  readonly #items: Item[] = [];
  #size = 0;
  #inserted = 0;

  /** Number of items. */
  get size(): number {
    return this.#size;
  }

  /** The earliest time; `Infinity` where there is none. */
  get first(): number {
    return this.#size === 0 ? Infinity : this.#times[0]!;
  }

  add(time: number, item: Item): void {
    if (this.#size === this.#times.length) this.#resize(2 * this.#size);
    const order = this.#inserted++;
    let i = this.#size++;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      // What is as early was inserted before.
      if (this.#times[parent]! <= time) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#put(i, time, order, item);
  }

  /** Removes and returns the first item of the earliest time; there must be one. */
  take(): Item {
    const items = this.#items;
    const taken = items[0]!;
    const size = --this.#size;
    const last = items.pop()!;
    if (size > 0) this.#siftDown(this.#times[size]!, this.#orders[size]!, last);
    if (size >= smallest && 4 * size <= this.#times.length) this.#resize(2 * size);
    return taken;
  }

  /** Drops the items that are not to be kept. */
  retain(keep: (item: Item) => boolean): void {
    const kept = [...this.entries()].filter(([, item]) => keep(item));
    if (kept.length === this.#size) return;
    this.#size = 0;
    this.#items.length = 0;
    // In order: each stays where it is put.
    for (const [time, item] of kept) this.add(time, item);
  }

  /** Every item with its time, in order. */
  *entries(): Generator<readonly [number, Item]> {
    const places = Array.from({ length: this.#size }, (_, i) => i);
    places.sort((a, b) => {
      const byTime = this.#times[a]! - this.#times[b]!;
      return byTime === 0 ? this.#orders[a]! - this.#orders[b]! : byTime;
    });
    for (const place of places) yield [this.#times[place]!, this.#items[place]!];
  }

  #siftDown(time: number, order: number, item: Item): void {
    const times = this.#times;
    const orders = this.#orders;
    const size = this.#size;
    let i = 0;
    for (;;) {
      const from = 4 * i + 1;
      if (from >= size) break;
      const to = Math.min(from + 4, size);
      let least = from;
      let leastTime = times[from]!;
      for (let child = from + 1; child < to; child++) {
        const childTime = times[child]!;
        if (childTime < leastTime || (childTime === leastTime && orders[child]! < orders[least]!)) {
          least = child;
          leastTime = childTime;
        }
      }
      if (leastTime > time || (leastTime === time && orders[least]! > order)) break;
      this.#move(least, i);
      i = least;
    }
    this.#put(i, time, order, item);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#orders[to] = this.#orders[from]!;
    this.#items[to] = this.#items[from]!;
  }

  #put(at: number, time: number, order: number, item: Item): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#items[at] = item;
  }

  #resize(length: number): void {
    const times = new Float64Array(length);
    times.set(this.#times.subarray(0, this.#size));
    this.#times = times;
    const orders = new Float64Array(length);
    orders.set(this.#orders.subarray(0, this.#size));
    this.#orders = orders;
  }
}
