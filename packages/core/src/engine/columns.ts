/** A number per slot; `empty` where nothing was written. */
export class NumberColumn {
  data: Float64Array;
  readonly #empty: number;

  constructor(empty: number) {
    this.#empty = empty;
    this.data = new Float64Array(0);
  }

  grow(capacity: number): void {
    if (capacity <= this.data.length) return;
    const data = new Float64Array(capacity);
    data.set(this.data);
    data.fill(this.#empty, this.data.length);
    this.data = data;
  }

  clear(slot: number): void {
    this.data[slot] = this.#empty;
  }
}
