/** Puts what comes late by at most `latenessMs` in order: buckets of 1 ms in a ring, each in order of arrival. */
export class Reorder<Item> {
  readonly #latenessMs: number;
  readonly #mask: number;
  readonly #buckets: Item[][];
  #max = -Infinity;
  #now = -Infinity;
  #target = -Infinity;
  #waiting = 0;
  #place = 0;

  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
    const size = 2 ** Math.ceil(Math.log2(latenessMs + 2));
    this.#mask = size - 1;
    this.#buckets = Array.from({ length: size }, () => []);
  }

  /** Whether the item is in time. */
  add(time: number, item: Item): boolean {
    if (time < this.#target) return false;
    if (this.#max === -Infinity) this.#now = time - this.#latenessMs;
    if (time > this.#max) {
      this.#max = time;
      this.#target = time - this.#latenessMs;
      // What waits is older than the newest by the lateness at most, once what is due was taken.
      this.#pending = item;
      this.#pendingTime = time;
      return true;
    }
    this.#buckets[time & this.#mask]!.push(item);
    this.#waiting++;
    return true;
  }

  #pending: Item | null = null;
  #pendingTime = 0;

  /** The next item that is due, else `null`. */
  take(): Item | null {
    while (this.#waiting > 0 && this.#now <= this.#target) {
      const bucket = this.#buckets[this.#now & this.#mask]!;
      if (this.#place < bucket.length) {
        this.#waiting--;
        return bucket[this.#place++]!;
      }
      if (bucket.length > 0) bucket.length = 0;
      this.#place = 0;
      this.#now++;
    }
    if (this.#waiting === 0 && this.#now < this.#target) {
      this.#buckets[this.#now & this.#mask]!.length = 0;
      this.#place = 0;
      this.#now = this.#target;
    }
    const item = this.#pending;
    if (item !== null) {
      this.#pending = null;
      this.#buckets[this.#pendingTime & this.#mask]!.push(item);
      this.#waiting++;
      if (this.#latenessMs === 0) return this.take();
    }
    return null;
  }

  /** Everything that waits is due. */
  flush(): void {
    this.#target = this.#max;
  }
}
