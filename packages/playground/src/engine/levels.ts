/** Counts, for each of `width` equal stretches of a time, how many spans lie over it. */
export class Levels {
  readonly #from: number;
  readonly #scale: number;
  /** What begins in a bin less what ended before it. */
  readonly #steps: Int32Array;
  /** How many spans lie over some part of the time. */
  spans = 0;

  constructor(from: number, to: number, width: number) {
    this.#from = from;
    this.#scale = width / (to - from);
    this.#steps = new Int32Array(width + 1);
  }

  /** A span with its ends. */
  add(begin: number, end: number): void {
    const width = this.#steps.length - 1;
    const first = Math.max(0, Math.floor((begin - this.#from) * this.#scale));
    const last = Math.min(width - 1, Math.floor((end - this.#from) * this.#scale));
    if (first > last) return;
    this.spans++;
    this.#steps[first]!++;
    this.#steps[last + 1]!--;
  }

  counts(): Uint32Array {
    let open = 0;
    return Uint32Array.from(this.#steps.subarray(0, -1), (step) => (open += step));
  }
}
