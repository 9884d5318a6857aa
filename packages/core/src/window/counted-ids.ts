import { BlockArena, chunkOf, NO_BLOCK, offsetOf } from "./block-arena.ts";
import { IntField, Records } from "./records.ts";
import { IntColumn } from "./ring-columns.ts";

const SMALLEST_BITS = 2;
const NONE = 0;

/**
 * A multiset of whole numbers from 1 to 2^31 − 1 per slot: a hash table each, with linear probing, cut from one arena.
 *
 * State   8 bytes a cell, cells being full to between 3/8 and 13/16; 12 bytes a slot.
 */
export class CountedIds {
  readonly #ids = new IntColumn();
  readonly #counts = new IntColumn();
  readonly #arena = new BlockArena([this.#ids, this.#counts]);
  readonly #records: Records;
  readonly #block: IntField;
  readonly #bits: IntField;
  readonly #size: IntField;

  constructor(records: Records = new Records()) {
    this.#records = records;
    this.#block = new IntField(records, NO_BLOCK);
    this.#bits = new IntField(records, 0);
    this.#size = new IntField(records, 0);
  }

  grow(capacity: number): void {
    this.#records.grow(capacity);
  }

  /** Different ids of a slot. */
  size(slot: number): number {
    return this.#size.get(slot);
  }

  has(slot: number, id: number): boolean {
    if (this.#block.get(slot) === NO_BLOCK) return false;
    const block = this.#block.get(slot);
    return this.#ids.chunks[chunkOf(block)]![offsetOf(block) + this.#find(slot, id)] === id;
  }

  /** Whether the id is new to the slot. */
  add(slot: number, id: number, times: number): boolean {
    if (this.#block.get(slot) === NO_BLOCK) this.#allocate(slot, SMALLEST_BITS);
    let block = this.#block.get(slot);
    let at = offsetOf(block) + this.#find(slot, id);
    if (this.#ids.chunks[chunkOf(block)]![at] === id) {
      this.#counts.chunks[chunkOf(block)]![at]! += times;
      return false;
    }
    if (16 * (this.#size.get(slot) + 1) > 13 * (1 << this.#bits.get(slot))) {
      this.#resize(slot, this.#bits.get(slot) + 1);
      block = this.#block.get(slot);
      at = offsetOf(block) + this.#find(slot, id);
    }
    this.#ids.chunks[chunkOf(block)]![at] = id;
    this.#counts.chunks[chunkOf(block)]![at] = times;
    this.#size.set(slot, this.#size.get(slot) + 1);
    return true;
  }

  /** Whether the id, which must be there that often, has left the slot. */
  remove(slot: number, id: number, times: number): boolean {
    const block = this.#block.get(slot);
    const counts = this.#counts.chunks[chunkOf(block)]!;
    const at = this.#find(slot, id);
    const left = counts[offsetOf(block) + at]! - times;
    if (left > 0) {
      counts[offsetOf(block) + at] = left;
      return false;
    }
    this.#close(slot, at);
    const size = this.#size.get(slot) - 1;
    this.#size.set(slot, size);
    const bits = this.#bits.get(slot);
    if (size === 0) this.clear(slot);
    else if (bits > SMALLEST_BITS && 8 * size < 1 << bits) this.#resize(slot, bits - 1);
    return true;
  }

  forEach(slot: number, visit: (id: number, times: number) => void): void {
    const block = this.#block.get(slot);
    if (block === NO_BLOCK) return;
    const ids = this.#ids.chunks[chunkOf(block)]!;
    const counts = this.#counts.chunks[chunkOf(block)]!;
    const end = offsetOf(block) + (1 << this.#bits.get(slot));
    for (let i = offsetOf(block); i < end; i++) if (ids[i] !== NONE) visit(ids[i]!, counts[i]!);
  }

  clear(slot: number): void {
    if (this.#block.get(slot) === NO_BLOCK) return;
    this.#arena.release(this.#block.get(slot), this.#bits.get(slot));
    this.#block.set(slot, NO_BLOCK);
    this.#size.set(slot, 0);
  }

  /** Position in the slot's table of the id, or of the free cell where it belongs. */
  #find(slot: number, id: number): number {
    const block = this.#block.get(slot);
    const ids = this.#ids.chunks[chunkOf(block)]!;
    const offset = offsetOf(block);
    const bits = this.#bits.get(slot);
    const mask = (1 << bits) - 1;
    let at = home(id, bits);
    for (;;) {
      const there = ids[offset + at]!;
      if (there === id || there === NONE) return at;
      at = (at + 1) & mask;
    }
  }

  /** Frees a cell and closes the gap, so that no search ends too early. */
  #close(slot: number, cell: number): void {
    const block = this.#block.get(slot);
    const ids = this.#ids.chunks[chunkOf(block)]!;
    const counts = this.#counts.chunks[chunkOf(block)]!;
    const offset = offsetOf(block);
    const bits = this.#bits.get(slot);
    const mask = (1 << bits) - 1;
    let gap = cell;
    for (let at = (gap + 1) & mask; ids[offset + at] !== NONE; at = (at + 1) & mask) {
      const fromHome = (at - home(ids[offset + at]!, bits)) & mask;
      if (fromHome < ((at - gap) & mask)) continue;
      ids[offset + gap] = ids[offset + at]!;
      counts[offset + gap] = counts[offset + at]!;
      gap = at;
    }
    ids[offset + gap] = NONE;
  }

  #allocate(slot: number, bits: number): void {
    const block = this.#arena.allocate(bits);
    this.#ids.chunks[chunkOf(block)]!.fill(NONE, offsetOf(block), offsetOf(block) + (1 << bits));
    this.#block.set(slot, block);
    this.#bits.set(slot, bits);
  }

  #resize(slot: number, bits: number): void {
    const old = this.#block.get(slot);
    const oldBits = this.#bits.get(slot);
    this.#allocate(slot, bits);
    const block = this.#block.get(slot);
    const oldIds = this.#ids.chunks[chunkOf(old)]!;
    const oldCounts = this.#counts.chunks[chunkOf(old)]!;
    for (let i = offsetOf(old); i < offsetOf(old) + (1 << oldBits); i++) {
      if (oldIds[i] === NONE) continue;
      const at = offsetOf(block) + this.#find(slot, oldIds[i]!);
      this.#ids.chunks[chunkOf(block)]![at] = oldIds[i]!;
      this.#counts.chunks[chunkOf(block)]![at] = oldCounts[i]!;
    }
    this.#arena.release(old, oldBits);
  }
}

/** Fibonacci hashing: ids that are close do not crowd. */
function home(id: number, bits: number): number {
  return Math.imul(id, 0x9e3779b1) >>> (32 - bits);
}
