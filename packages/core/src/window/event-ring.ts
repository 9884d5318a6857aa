import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { BlockArena, chunkOf, NO_BLOCK, offsetOf } from "./block-arena.ts";
import { IntField, Records } from "./records.ts";
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
 * State   8 bytes a cell for the time, and what the added columns need; 16 bytes a slot.
 */
export class EventRing {
  readonly #times = new FloatColumn();
  readonly #columns: ArenaColumn[] = [this.#times];
  readonly #arena = new BlockArena(this.#columns);
  readonly #records: Records;
  readonly #block: IntField;
  readonly #bits: IntField;
  readonly #head: IntField;
  readonly #length: IntField;
  /** Where the pane last looked up is. */
  chunk = 0;
  at = 0;

  constructor(records: Records = new Records()) {
    this.#records = records;
    this.#block = new IntField(records, NO_BLOCK);
    this.#bits = new IntField(records, 0);
    this.#head = new IntField(records, 0);
    this.#length = new IntField(records, 0);
  }

  /** Adds a column; before the first pane alone. */
  addColumn(column: ArenaColumn): void {
    this.#columns.push(column);
  }

  /** Cells that the arena has room for. */
  get cells(): number {
    return this.#arena.cells;
  }

  grow(capacity: number): void {
    this.#records.grow(capacity);
  }

  length(slot: number): number {
    return this.#length.get(slot);
  }

  /** The number of the oldest pane. */
  head(slot: number): number {
    return this.#head.get(slot);
  }

  /** The number that the next pane will have. */
  tail(slot: number): number {
    return (this.#head.get(slot) + this.#length.get(slot)) | 0;
  }

  oldest(slot: number): number {
    return this.#length.get(slot) === 0 ? Number.POSITIVE_INFINITY : this.#timeOf(slot, this.#head.get(slot));
  }

  newest(slot: number): number {
    return this.#length.get(slot) === 0 ? Number.NEGATIVE_INFINITY : this.#timeOf(slot, this.tail(slot) - 1);
  }

  /** Moves to the cell of a pane. */
  seek(slot: number, pane: number): void {
    const block = this.#block.get(slot);
    this.chunk = chunkOf(block);
    this.at = offsetOf(block) + (pane & ((1 << this.#bits.get(slot)) - 1));
  }

  /** Whether a column has `x` in one of the panes from the `from`-th oldest up to before the `to`-th. */
  includes(slot: number, column: IntColumn, from: number, to: number, x: number): boolean {
    const block = this.#block.get(slot);
    const cells = column.chunks[chunkOf(block)]!;
    const offset = offsetOf(block);
    const mask = (1 << this.#bits.get(slot)) - 1;
    const head = this.#head.get(slot);
    for (let k = from; k < to; k++) if (cells[offset + ((head + k) & mask)] === x) return true;
    return false;
  }

  /** Adds a pane and moves to its cell. */
  push(slot: number, time: number): void {
    const length = this.#length.get(slot);
    if (this.#block.get(slot) === NO_BLOCK) {
      this.#bits.set(slot, SMALLEST_BITS);
      this.#block.set(slot, this.#arena.allocate(SMALLEST_BITS));
    } else if (length === 1 << this.#bits.get(slot)) this.#resize(slot, this.#bits.get(slot) + 1);
    this.#length.set(slot, length + 1);
    this.seek(slot, this.#head.get(slot) + length);
    this.#times.chunks[this.chunk]![this.at] = time;
  }

  /** Takes the oldest pane away; the last one gives the block back. */
  shift(slot: number): void {
    this.seek(slot, this.#head.get(slot));
    for (const column of this.#columns) column.forget?.(this.chunk, this.at);
    this.#head.set(slot, this.#head.get(slot) + 1);
    const length = this.#length.get(slot) - 1;
    this.#length.set(slot, length);
    const bits = this.#bits.get(slot);
    if (length === 0) this.#giveBack(slot);
    else if (bits > SLACK_BITS && length <= 1 << (bits - SLACK_BITS)) this.#resize(slot, bits - SLACK_BITS + 1);
  }

  clear(slot: number): void {
    if (this.#length.get(slot) === 0) return;
    for (let pane = this.#head.get(slot); pane !== this.tail(slot); pane = (pane + 1) | 0) {
      this.seek(slot, pane);
      for (const column of this.#columns) column.forget?.(this.chunk, this.at);
    }
    this.#head.set(slot, this.tail(slot));
    this.#length.set(slot, 0);
    this.#giveBack(slot);
  }

  save(slot: number, out: ByteWriter): void {
    const length = this.#length.get(slot);
    out.uint(length);
    let before = 0;
    for (let k = 0; k < length; k++) {
      const time = this.#timeOf(slot, this.#head.get(slot) + k);
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
    const block = this.#block.get(slot);
    return this.#times.chunks[chunkOf(block)]![offsetOf(block) + (pane & ((1 << this.#bits.get(slot)) - 1))]!;
  }

  #giveBack(slot: number): void {
    this.#arena.release(this.#block.get(slot), this.#bits.get(slot));
    this.#block.set(slot, NO_BLOCK);
  }

  #resize(slot: number, bits: number): void {
    const old = this.#block.get(slot);
    const oldBits = this.#bits.get(slot);
    const block = this.#arena.allocate(bits);
    const head = this.#head.get(slot);
    const mask = (1 << bits) - 1;
    const oldMask = (1 << oldBits) - 1;
    for (const column of this.#columns) {
      for (let k = this.#length.get(slot) - 1; k >= 0; k--) {
        const pane = head + k;
        column.move(chunkOf(old), offsetOf(old) + (pane & oldMask), chunkOf(block), offsetOf(block) + (pane & mask));
      }
    }
    this.#arena.release(old, oldBits);
    this.#block.set(slot, block);
    this.#bits.set(slot, bits);
  }
}
