/** The last `size` times of each key, in a ring. */
export class RecentTimes {
  readonly #size: number;
  #times = new Float64Array(0);
  #next = new Uint8Array(0);

  constructor(size: number) {
    this.#size = size;
  }

  /** The oldest of the last `size` times; −Infinity while there are fewer. */
  oldest(slot: number): number {
    return this.#times[this.#size * slot + this.#next[slot]!]!;
  }

  /** Gives the place in the ring. */
  add(slot: number, time: number): number {
    const at = this.#next[slot]!;
    this.#times[this.#size * slot + at] = time;
    this.#next[slot] = at + 1 === this.#size ? 0 : at + 1;
    return at;
  }

  grow(capacity: number): void {
    const times = new Float64Array(this.#size * capacity).fill(-Infinity);
    times.set(this.#times);
    this.#times = times;
    const next = new Uint8Array(capacity);
    next.set(this.#next);
    this.#next = next;
  }
}
