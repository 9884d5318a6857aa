const BLOCK = 512;
const FIRST_BLOCK = 8;

interface Block {
  numbers: Float64Array;
  length: number;
}

/**
 * Numbers in ascending order, in blocks of at most 512: adding, removing and looking up by rank cost O(√n) and are quick
 * up to millions.
 */
export class SortedNumbers {
  readonly #blocks: Block[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The number of rank 0 ≤ `rank` < length. */
  at(rank: number): number {
    let left = rank;
    for (const block of this.#blocks) {
      if (left < block.length) return block.numbers[left]!;
      left -= block.length;
    }
    return Number.NaN;
  }

  add(x: number): void {
    this.#length++;
    if (this.#blocks.length === 0) this.#blocks.push({ numbers: new Float64Array(FIRST_BLOCK), length: 0 });
    const b = Math.min(this.#blockOf(x), this.#blocks.length - 1);
    let block = this.#blocks[b]!;
    if (block.length === BLOCK) {
      const half = BLOCK / 2;
      const upper: Block = { numbers: new Float64Array(BLOCK), length: half };
      upper.numbers.set(block.numbers.subarray(half));
      block.length = half;
      this.#blocks.splice(b + 1, 0, upper);
      if (x > block.numbers[half - 1]!) block = upper;
    } else if (block.length === block.numbers.length) {
      const numbers = new Float64Array(2 * block.length);
      numbers.set(block.numbers);
      block.numbers = numbers;
    }
    const i = indexOf(block, x);
    block.numbers.copyWithin(i + 1, i, block.length);
    block.numbers[i] = x;
    block.length++;
  }

  /** Removes one number equal to `x`, which must be there. */
  remove(x: number): void {
    const b = this.#blockOf(x);
    const block = this.#blocks[b];
    if (block === undefined) return;
    const i = indexOf(block, x);
    if (block.numbers[i] !== x) return;
    this.#length--;
    block.numbers.copyWithin(i, i + 1, block.length);
    block.length--;
    if (block.length === 0) this.#blocks.splice(b, 1);
    else this.#mergeSmall(b);
  }

  forEach(visit: (x: number) => void): void {
    for (const block of this.#blocks) for (let i = 0; i < block.length; i++) visit(block.numbers[i]!);
  }

  /** The first block whose last number is not below `x`. */
  #blockOf(x: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.#blocks[middle]!;
      if (block.numbers[block.length - 1]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Joins a block with the next where both are nearly empty, so that what shrank is small. */
  #mergeSmall(b: number): void {
    const block = this.#blocks[b]!;
    const next = this.#blocks[b + 1];
    if (next === undefined) {
      if (this.#blocks.length === 1 && block.numbers.length > FIRST_BLOCK && 8 * block.length < block.numbers.length) {
        block.numbers = block.numbers.slice(0, block.numbers.length / 4);
      }
      return;
    }
    if (block.length + next.length > BLOCK / 4) return;
    // A lone first block may have less room than the others.
    const numbers = new Float64Array(BLOCK);
    numbers.set(block.numbers.subarray(0, block.length));
    numbers.set(next.numbers.subarray(0, next.length), block.length);
    this.#blocks.splice(b, 2, { numbers, length: block.length + next.length });
  }
}

/** Where in a block `x` is, or belongs. */
function indexOf(block: Block, x: number): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (block.numbers[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
