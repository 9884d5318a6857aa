import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { BlockArena, chunkOf, NO_BLOCK, offsetOf } from "./block-arena.ts";
import { type ArenaColumn, FloatColumn, type IntColumn } from "./ring-columns.ts";

const SMALLEST_BITS = 1;
/** A ring that is this many halvings too large gives memory back. */
const SLACK_BITS = 3;

/**
 * The panes of every slot in order of time: a ring per slot, cut from one arena.
 *
 *   cell of pane i = chunk, offset + (i & (capacity − 1)),   head ≤ i < head + length
 *
 * Panes are numbered by integers that go up for ever (and wrap at 32 bits), so that others can remember one. Methods that say so
 * leave `chunk` and `at` on a pane's cell; parts read and write their own columns there.
 *
 * State   8 bytes a cell for the time, and what the added columns need; 17 bytes a slot.
 */
export class EventRing {
  readonly #times = new FloatColumn();
  readonly #columns: ArenaColumn[] = [this.#times];
  readonly #arena = new BlockArena(this.#columns);
  #block = new Int32Array(0);
  #bits = new Uint8Array(0);
  #head = new Int32Array(0);
  #length = new Int32Array(0);
  /** Where the pane last looked up is. */
  chunk = 0;
  at = 0;

  /** Adds a column; before the first pane alone. */
  addColumn(column: ArenaColumn): void {
    this.#columns.push(column);
  }

  /** Cells that the arena has room for. */
  get cells(): number {
    return this.#arena.cells;
  }

  grow(capacity: number): void {
    if (capacity <= this.#block.length) return;
    const block = new Int32Array(capacity).fill(NO_BLOCK);
    block.set(this.#block);
    this.#block = block;
    const bits = new Uint8Array(capacity);
    bits.set(this.#bits);
    this.#bits = bits;
    this.#head = wider(this.#head, capacity);
    this.#length = wider(this.#length, capacity);
  }

  length(slot: number): number {
    return this.#length[slot]!;
  }

  /** The number of the oldest pane. */
  head(slot: number): number {
    return this.#head[slot]!;
  }

  /** The number that the next pane will have. */
  tail(slot: number): number {
    return (this.#head[slot]! + this.#length[slot]!) | 0;
  }

  oldest(slot: number): number {
    return this.#length[slot] === 0 ? Number.POSITIVE_INFINITY : this.#timeOf(slot, this.#head[slot]!);
  }

  newest(slot: number): number {
    return this.#length[slot] === 0 ? Number.NEGATIVE_INFINITY : this.#timeOf(slot, this.tail(slot) - 1);
  }

  /** Moves to the cell of a pane. */
  seek(slot: number, pane: number): void {
    const block = this.#block[slot]!;
    this.chunk = chunkOf(block);
    this.at = offsetOf(block) + (pane & ((1 << this.#bits[slot]!) - 1));
  }

  /** Whether a column has `x` in one of the panes from the `from`-th oldest up to before the `to`-th. */
  includes(slot: number, column: IntColumn, from: number, to: number, x: number): boolean {
    const block = this.#block[slot]!;
    const cells = column.chunks[chunkOf(block)]!;
    const offset = offsetOf(block);
    const mask = (1 << this.#bits[slot]!) - 1;
    const head = this.#head[slot]!;
    for (let k = from; k < to; k++) if (cells[offset + ((head + k) & mask)] === x) return true;
    return false;
  }

  /** Adds a pane and moves to its cell. */
  push(slot: number, time: number): void {
    const length = this.#length[slot]!;
    if (this.#block[slot] === NO_BLOCK) {
      this.#bits[slot] = SMALLEST_BITS;
      this.#block[slot] = this.#arena.allocate(SMALLEST_BITS);
    } else if (length === 1 << this.#bits[slot]!) this.#resize(slot, this.#bits[slot]! + 1);
    this.#length[slot] = length + 1;
    this.seek(slot, this.#head[slot]! + length);
    this.#times.chunks[this.chunk]![this.at] = time;
  }

  /** Takes the oldest pane away; the last one gives the block back. */
  shift(slot: number): void {
    this.seek(slot, this.#head[slot]!);
    for (const column of this.#columns) column.forget?.(this.chunk, this.at);
    this.#head[slot]!++;
    const length = --this.#length[slot]!;
    const bits = this.#bits[slot]!;
    if (length === 0) this.#giveBack(slot);
    else if (bits > SLACK_BITS && length <= 1 << (bits - SLACK_BITS)) this.#resize(slot, bits - SLACK_BITS + 1);
  }

  clear(slot: number): void {
    if (this.#length[slot] === 0) return;
    for (let pane = this.#head[slot]!; pane !== this.tail(slot); pane = (pane + 1) | 0) {
      this.seek(slot, pane);
      for (const column of this.#columns) column.forget?.(this.chunk, this.at);
    }
    this.#head[slot] = this.tail(slot);
    this.#length[slot] = 0;
    this.#giveBack(slot);
  }

  save(slot: number, out: ByteWriter): void {
    const length = this.#length[slot]!;
    out.uint(length);
    let before = 0;
    for (let k = 0; k < length; k++) {
      const time = this.#timeOf(slot, this.#head[slot]! + k);
      if (k === 0) out.float(time);
      else out.uint(time - before);
      before = time;
    }
  }

  /** Fills an empty slot with the panes of `save`; their columns are for their owners to load. */
  load(slot: number, input: ByteReader): void {
    const length = input.uint();
    let time = 0;
    for (let k = 0; k < length; k++) {
      time = k === 0 ? input.float() : time + input.uint();
      this.push(slot, time);
    }
  }

  #timeOf(slot: number, pane: number): number {
    const block = this.#block[slot]!;
    return this.#times.chunks[chunkOf(block)]![offsetOf(block) + (pane & ((1 << this.#bits[slot]!) - 1))]!;
  }

  #giveBack(slot: number): void {
    this.#arena.release(this.#block[slot]!, this.#bits[slot]!);
    this.#block[slot] = NO_BLOCK;
  }

  #resize(slot: number, bits: number): void {
    const old = this.#block[slot]!;
    const oldBits = this.#bits[slot]!;
    const block = this.#arena.allocate(bits);
    const head = this.#head[slot]!;
    const mask = (1 << bits) - 1;
    const oldMask = (1 << oldBits) - 1;
    for (const column of this.#columns) {
      for (let k = this.#length[slot]! - 1; k >= 0; k--) {
        const pane = head + k;
        column.move(chunkOf(old), offsetOf(old) + (pane & oldMask), chunkOf(block), offsetOf(block) + (pane & mask));
      }
    }
    this.#arena.release(old, oldBits);
    this.#block[slot] = block;
    this.#bits[slot] = bits;
  }
}

function wider(old: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const array = new Int32Array(capacity);
  array.set(old);
  return array;
}
