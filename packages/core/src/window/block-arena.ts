import type { ArenaColumn } from "./ring-columns.ts";

/** No block. */
export const NO_BLOCK = -1;

const OFFSET_BITS = 16;
const OFFSET_MASK = 0xffff;
const FIRST_CHUNK_BITS = 7;
const LARGEST_CHUNK_BITS = 16;
const ALLOCATED = 0;
/** An arena as small as this lets go of nothing. */
const KEPT_CELLS = 1024;

/** The chunk of a block. */
export function chunkOf(block: number): number {
  return block >>> OFFSET_BITS;
}

/** The first position of a block in its chunk. */
export function offsetOf(block: number): number {
  return block & OFFSET_MASK;
}

/**
 * Cuts blocks of 2^k cells, the same in every column, from chunks, by the buddy scheme: a block given back joins its other half,
 * so that rings that grow together do not leave their small blocks behind.
 *
 *   block = chunk << 16 | offset, the offset being a multiple of the block's size
 *
 * Chunks grow with the arena up to 65,536 cells; a larger block has a chunk of its own. Chunks that are wholly free are let go
 * of while more than half of the arena is free.
 *
 * Source  Knowlton, "A fast storage allocator", CACM 1965.
 */
export class BlockArena {
  readonly #columns: readonly ArenaColumn[];
  /** Per chunk, its size as a power of two; −1 where it was let go of. */
  readonly #chunkBits: number[] = [];
  readonly #spareChunks: number[] = [];
  /** Per chunk and pair of cells: k + 1 where a free block of 2^k begins, else 0. */
  readonly #free: Uint8Array[] = [];
  /** Per k, blocks that were free when they were put here: `#free` has the last word. */
  readonly #candidates: number[][] = [];
  readonly #freeBlocks: number[] = [];
  /** Chunks that are one free block. */
  readonly #freeChunks = new Set<number>();
  #cells = 0;
  #freeCells = 0;

  constructor(columns: readonly ArenaColumn[]) {
    this.#columns = columns;
    for (let bits = 0; bits <= LARGEST_CHUNK_BITS; bits++) {
      this.#candidates.push([]);
      this.#freeBlocks.push(0);
    }
  }

  /** Cells of all chunks, in use or free. */
  get cells(): number {
    return this.#cells;
  }

  get usedCells(): number {
    return this.#cells - this.#freeCells;
  }

  /** A block of 2^bits cells, bits ≥ 1. What its cells hold is left over from others. */
  allocate(bits: number): number {
    if (bits > LARGEST_CHUNK_BITS) return this.#addChunk(bits) << OFFSET_BITS;
    let from = bits;
    let block = NO_BLOCK;
    for (; from <= LARGEST_CHUNK_BITS; from++) {
      block = this.#take(from);
      if (block !== NO_BLOCK) break;
    }
    if (block === NO_BLOCK) {
      from = Math.max(bits, this.#nextChunkBits());
      block = this.#addChunk(from) << OFFSET_BITS;
      this.#freeCells += 1 << from;
    }
    while (from > bits) {
      from--;
      this.#put(block + (1 << from), from);
    }
    this.#freeCells -= 1 << bits;
    return block;
  }

  release(block: number, bits: number): void {
    const chunk = chunkOf(block);
    const chunkBits = this.#chunkBits[chunk]!;
    if (bits > LARGEST_CHUNK_BITS) {
      this.#dropChunk(chunk);
      return;
    }
    const free = this.#free[chunk]!;
    this.#freeCells += 1 << bits;
    let offset = offsetOf(block);
    let size = bits;
    while (size < chunkBits) {
      const buddy = offset ^ (1 << size);
      if (free[buddy >>> 1] !== size + 1) break;
      free[buddy >>> 1] = ALLOCATED;
      this.#freeBlocks[size]!--;
      offset &= ~(1 << size);
      size++;
    }
    this.#put((chunk << OFFSET_BITS) | offset, size);
    if (this.#freeChunks.size > 0 && this.#cells > KEPT_CELLS) this.#dropFreeChunks();
  }

  /** Half of the arena may be free without being let go of: what shrinks and grows again must not pay for it each time. */
  #dropFreeChunks(): void {
    for (const chunk of this.#freeChunks) {
      const bits = this.#chunkBits[chunk]!;
      if (this.#cells - this.#freeCells > this.#freeCells - (1 << bits) || this.#cells <= KEPT_CELLS) return;
      this.#freeChunks.delete(chunk);
      this.#freeBlocks[bits]!--;
      this.#freeCells -= 1 << bits;
      this.#dropChunk(chunk);
    }
  }

  #take(bits: number): number {
    const candidates = this.#candidates[bits]!;
    for (;;) {
      const block = candidates.pop();
      if (block === undefined) return NO_BLOCK;
      const free = this.#free[chunkOf(block)]!;
      const pair = offsetOf(block) >>> 1;
      if (free[pair] !== bits + 1) continue;
      free[pair] = ALLOCATED;
      this.#freeBlocks[bits]!--;
      this.#freeChunks.delete(chunkOf(block));
      return block;
    }
  }

  #put(block: number, bits: number): void {
    this.#free[chunkOf(block)]![offsetOf(block) >>> 1] = bits + 1;
    this.#freeBlocks[bits]!++;
    if (this.#chunkBits[chunkOf(block)] === bits) this.#freeChunks.add(chunkOf(block));
    const candidates = this.#candidates[bits]!;
    // Blocks that joined their buddies stay listed; without this a list could grow for ever.
    if (candidates.length > 2 * this.#freeBlocks[bits]! + 64) this.#purge(bits);
    this.#candidates[bits]!.push(block);
  }

  #purge(bits: number): void {
    const isFree = (block: number): boolean => this.#free[chunkOf(block)]![offsetOf(block) >>> 1] === bits + 1;
    this.#candidates[bits] = [...new Set(this.#candidates[bits])].filter(isFree);
  }

  #nextChunkBits(): number {
    const half = 31 - Math.clz32(Math.max(1, this.#cells >>> 1));
    return Math.min(LARGEST_CHUNK_BITS, Math.max(FIRST_CHUNK_BITS, half));
  }

  #addChunk(bits: number): number {
    const chunk = this.#spareChunks.pop() ?? this.#chunkBits.length;
    if (chunk > OFFSET_MASK) throw new RangeError("a window store holds more events than it can address");
    this.#chunkBits[chunk] = bits;
    this.#free[chunk] = new Uint8Array(bits > LARGEST_CHUNK_BITS ? 0 : 1 << (bits - 1));
    for (const column of this.#columns) column.setChunk(chunk, 1 << bits);
    this.#cells += 1 << bits;
    return chunk;
  }

  #dropChunk(chunk: number): void {
    this.#cells -= 1 << this.#chunkBits[chunk]!;
    this.#chunkBits[chunk] = -1;
    this.#free[chunk] = new Uint8Array(0);
    for (const column of this.#columns) column.setChunk(chunk, 0);
    this.#spareChunks.push(chunk);
  }
}
