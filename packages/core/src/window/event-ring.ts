import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { BlockArena, chunkOf, offsetOf } from "./block-arena.ts";
import { CHUNK_BITS, CHUNK_MASK, Records } from "./records.ts";
import { type ArenaColumn, FloatColumn, type IntColumn } from "./ring-columns.ts";

const SMALLEST_BITS = 1;
/** A ring that is this many halvings too large gives memory back. */
const SLACK_BITS = 3;

// What is kept of a slot: 32-bit integers, then the time of the oldest pane.
const BLOCK = 0;
const BITS = 1;
const HEAD = 2;
const LENGTH = 3;
const OLDEST = 2;
const WORDS = 3;

/**
 * The panes of every slot in order of time: a ring per slot, cut from one arena.
 *
 *   cell of pane i = chunk, offset + (i & (capacity − 1)),   head ≤ i < head + length
 *
 * Panes are numbered by integers that go up for ever (and wrap at 32 bits), so that others can remember one. Methods that say so
 * leave `chunk` and `at` on a pane's cell; parts read and write their own columns there.
 *
 * State   8 bytes a cell for the time, and what the added columns need; 24 bytes a slot. A slot that had events keeps two cells
 *         until it is cleared: keys whose windows empty between two events would else take and give them back each time.
 */
export class EventRing {
  readonly #times = new FloatColumn();
  readonly #columns: ArenaColumn[] = [this.#times];
  readonly #arena = new BlockArena(this.#columns);
  readonly #records: Records;
  readonly #offset: number;
  /** Where the pane last looked up is. */
  chunk = 0;
  at = 0;

  constructor(records: Records = new Records()) {
    this.#records = records;
    this.#offset = records.floatField(WORDS, 0);
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
    return this.#ints(slot)[this.#intAt(slot) + LENGTH]!;
  }

  /** The number of the oldest pane. */
  head(slot: number): number {
    return this.#ints(slot)[this.#intAt(slot) + HEAD]!;
  }

  /** The number that the next pane will have. */
  tail(slot: number): number {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    return (ints[i + HEAD]! + ints[i + LENGTH]!) | 0;
  }

  /** Read from the record alone: where nothing has left, nothing else is touched. */
  oldest(slot: number): number {
    const i = this.#floatAt(slot);
    const chunk = slot >>> CHUNK_BITS;
    return this.#records.ints[chunk]![2 * i + LENGTH] === 0
      ? Number.POSITIVE_INFINITY
      : this.#records.floats[chunk]![i + OLDEST]!;
  }

  newest(slot: number): number {
    return this.length(slot) === 0 ? Number.NEGATIVE_INFINITY : this.#timeOf(slot, this.tail(slot) - 1);
  }

  /** Moves to the cell of a pane. */
  seek(slot: number, pane: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const block = ints[i + BLOCK]! - 1;
    this.chunk = chunkOf(block);
    this.at = offsetOf(block) + (pane & ((1 << ints[i + BITS]!) - 1));
  }

  /** Whether a column has `x` in one of the panes from the `from`-th oldest up to before the `to`-th. */
  includes(slot: number, column: IntColumn, from: number, to: number, x: number): boolean {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const block = ints[i + BLOCK]! - 1;
    const cells = column.chunks[chunkOf(block)]!;
    const offset = offsetOf(block);
    const mask = (1 << ints[i + BITS]!) - 1;
    const head = ints[i + HEAD]!;
    for (let k = from; k < to; k++) if (cells[offset + ((head + k) & mask)] === x) return true;
    return false;
  }

  /** Adds a pane and moves to its cell. */
  push(slot: number, time: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const length = ints[i + LENGTH]!;
    if (ints[i + BLOCK] === 0) {
      ints[i + BITS] = SMALLEST_BITS;
      ints[i + BLOCK] = this.#arena.allocate(SMALLEST_BITS) + 1;
    } else if (length === 1 << ints[i + BITS]!) this.#resize(slot, ints[i + BITS]! + 1);
    ints[i + LENGTH] = length + 1;
    if (length === 0) this.#setOldest(slot, time);
    const block = ints[i + BLOCK]! - 1;
    this.chunk = chunkOf(block);
    this.at = offsetOf(block) + ((ints[i + HEAD]! + length) & ((1 << ints[i + BITS]!) - 1));
    this.#times.chunks[this.chunk]![this.at] = time;
  }

  /** Takes the oldest pane away. */
  shift(slot: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    this.seek(slot, ints[i + HEAD]!);
    for (const column of this.#columns) column.forget?.(this.chunk, this.at);
    ints[i + HEAD]!++;
    const length = --ints[i + LENGTH]!;
    const bits = ints[i + BITS]!;
    if (length === 0) {
      if (bits > SMALLEST_BITS) this.#giveBack(slot);
      return;
    }
    if (bits > SLACK_BITS && length <= 1 << (bits - SLACK_BITS)) this.#resize(slot, bits - SLACK_BITS + 1);
    this.#setOldest(slot, this.#timeOf(slot, ints[i + HEAD]!));
  }

  clear(slot: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    if (ints[i + BLOCK] === 0) return;
    const tail = this.tail(slot);
    for (let pane = ints[i + HEAD]!; pane !== tail; pane = (pane + 1) | 0) {
      this.seek(slot, pane);
      for (const column of this.#columns) column.forget?.(this.chunk, this.at);
    }
    ints[i + HEAD] = tail;
    ints[i + LENGTH] = 0;
    this.#giveBack(slot);
  }

  save(slot: number, out: ByteWriter): void {
    const length = this.length(slot);
    const head = this.head(slot);
    out.uint(length);
    let before = 0;
    for (let k = 0; k < length; k++) {
      const time = this.#timeOf(slot, head + k);
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

  #ints(slot: number): Int32Array {
    return this.#records.ints[slot >>> CHUNK_BITS]!;
  }

  #floatAt(slot: number): number {
    return (slot & CHUNK_MASK) * this.#records.stride + this.#offset;
  }

  #intAt(slot: number): number {
    return 2 * this.#floatAt(slot);
  }

  #setOldest(slot: number, time: number): void {
    this.#records.floats[slot >>> CHUNK_BITS]![this.#floatAt(slot) + OLDEST] = time;
  }

  #timeOf(slot: number, pane: number): number {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const block = ints[i + BLOCK]! - 1;
    return this.#times.chunks[chunkOf(block)]![offsetOf(block) + (pane & ((1 << ints[i + BITS]!) - 1))]!;
  }

  #giveBack(slot: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    this.#arena.release(ints[i + BLOCK]! - 1, ints[i + BITS]!);
    ints[i + BLOCK] = 0;
  }

  #resize(slot: number, bits: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const old = ints[i + BLOCK]! - 1;
    const oldBits = ints[i + BITS]!;
    const block = this.#arena.allocate(bits);
    const head = ints[i + HEAD]!;
    const mask = (1 << bits) - 1;
    const oldMask = (1 << oldBits) - 1;
    for (const column of this.#columns) {
      for (let k = ints[i + LENGTH]! - 1; k >= 0; k--) {
        const pane = head + k;
        column.move(chunkOf(old), offsetOf(old) + (pane & oldMask), chunkOf(block), offsetOf(block) + (pane & mask));
      }
    }
    this.#arena.release(old, oldBits);
    ints[i + BLOCK] = block + 1;
    ints[i + BITS] = bits;
  }
}
