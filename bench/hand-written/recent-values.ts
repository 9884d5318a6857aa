/** The `size` most recent different values of each key with the last time of each, the newest first. */
export class RecentValues {
  readonly #size: number;
  #ids = new Int32Array(0);
  #times = new Float64Array(0);

  constructor(size: number) {
    this.#size = size;
  }

  /** When the `size`-th most recent value was last seen; −Infinity while there are fewer. */
  oldest(slot: number): number {
    return this.#times[this.#size * slot + this.#size - 1]!;
  }

  add(slot: number, id: number, time: number): void {
    const ids = this.#ids;
    const times = this.#times;
    const base = this.#size * slot;
    let at = base;
    const last = base + this.#size - 1;
    while (at < last && ids[at] !== id) at++;
    for (; at > base; at--) {
      ids[at] = ids[at - 1]!;
      times[at] = times[at - 1]!;
    }
    ids[base] = id;
    times[base] = time;
  }

  grow(capacity: number): void {
    const ids = new Int32Array(this.#size * capacity);
    ids.set(this.#ids);
    this.#ids = ids;
    const times = new Float64Array(this.#size * capacity).fill(-Infinity);
    times.set(this.#times);
    this.#times = times;
  }
}
