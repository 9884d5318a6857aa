import { BlockArena, chunkOf, offsetOf } from "./block-arena.ts";
import { CHUNK_BITS, CHUNK_MASK, Records } from "./records.ts";
import type { ArenaColumn } from "./ring-columns.ts";

const SMALLEST_BITS = 1;
/** A ring that is this many halvings too large gives memory back. */
const SLACK_BITS = 3;

// What is kept of a slot: 32-bit integers.
const BLOCK = 0;
const BITS = 1;
const FIRST = 2;
const LENGTH = 3;
const WORDS = 2;

/**
 * Cells that come at the end and go at either end: a ring per slot, cut from one arena, with the same cells in every column.
 *
 *   cell i = chunk, offset + (i & (capacity − 1)),   first ≤ i < first + length
 *
 * Cells are numbered by integers that go up for ever (and wrap at 32 bits), so that others can remember one. Methods that say so
 * leave `chunk` and `at` on a cell; who owns a column reads and writes it there.
 *
 * State   16 bytes a slot, and what the columns need a cell. A slot that had cells keeps two until it is cleared: keys whose
 *         windows empty between two events would else take and give them back each time.
 */
export class SlotRings {
  readonly #columns: readonly ArenaColumn[];
  /** Those whose cells refer to something. */
  readonly #referring: readonly ArenaColumn[];
  readonly #arena: BlockArena;
  readonly #records: Records;
  readonly #offset: number;
  /** Where the cell last looked up is. */
  chunk = 0;
  at = 0;

  constructor(columns: readonly ArenaColumn[], records: Records = new Records()) {
    this.#columns = columns;
    this.#referring = columns.filter((column) => column.forget !== undefined && column.refers !== false);
    this.#arena = new BlockArena(columns);
    this.#records = records;
    this.#offset = records.floatField(WORDS, 0);
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

  /** The number of the oldest cell. */
  first(slot: number): number {
    return this.#ints(slot)[this.#intAt(slot) + FIRST]!;
  }

  /** The number that the next cell will have. */
  end(slot: number): number {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    return (ints[i + FIRST]! + ints[i + LENGTH]!) | 0;
  }

  /** Whether the next cell takes more memory. */
  isFull(slot: number): boolean {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    return ints[i + LENGTH] === 1 << ints[i + BITS]!;
  }

  /** Where code finds these integers in a record; `length` is below 2 ** `bits` until it is full. */
  get layout(): { readonly first: number; readonly length: number; readonly bits: number } {
    const at = 2 * this.#offset;
    return { first: at + FIRST, length: at + LENGTH, bits: at + BITS };
  }

  /** Moves to a cell. */
  seek(slot: number, cell: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const block = ints[i + BLOCK]! - 1;
    this.chunk = chunkOf(block);
    this.at = offsetOf(block) + (cell & ((1 << ints[i + BITS]!) - 1));
  }

  /** Whether a column has `x` in one of the cells from `from` up to before `to`. */
  includes(slot: number, cells: readonly Int32Array[], from: number, to: number, x: number): boolean {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const block = ints[i + BLOCK]! - 1;
    const chunk = cells[chunkOf(block)]!;
    const offset = offsetOf(block);
    const mask = (1 << ints[i + BITS]!) - 1;
    for (let cell = from; cell !== to; cell = (cell + 1) | 0) if (chunk[offset + (cell & mask)] === x) return true;
    return false;
  }

  /** Adds a cell at the end and moves to it. What it holds is left over from others. */
  push(slot: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const length = ints[i + LENGTH]!;
    if (ints[i + BLOCK] === 0) {
      ints[i + BITS] = SMALLEST_BITS;
      ints[i + BLOCK] = this.#arena.allocate(SMALLEST_BITS) + 1;
    } else if (length === 1 << ints[i + BITS]!) this.#resize(slot, ints[i + BITS]! + 1);
    ints[i + LENGTH] = length + 1;
    const block = ints[i + BLOCK]! - 1;
    this.chunk = chunkOf(block);
    this.at = offsetOf(block) + ((ints[i + FIRST]! + length) & ((1 << ints[i + BITS]!) - 1));
  }

  /** Takes the oldest cells away, up to before `cell`. */
  shiftTo(slot: number, cell: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const gone = (cell - ints[i + FIRST]!) | 0;
    if (gone === 0) return;
    this.#forget(slot, ints[i + FIRST]!, cell);
    ints[i + FIRST] = cell;
    this.#shorten(slot, gone);
  }

  /** Takes the newest cell away. */
  pop(slot: number): void {
    const end = this.end(slot);
    this.#forget(slot, (end - 1) | 0, end);
    this.#shorten(slot, 1);
  }

  clear(slot: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    if (ints[i + BLOCK] === 0) return;
    const end = this.end(slot);
    this.#forget(slot, ints[i + FIRST]!, end);
    ints[i + FIRST] = end;
    ints[i + LENGTH] = 0;
    this.#giveBack(slot);
  }

  /** Makes an empty slot go on with cell number `cell`. */
  beginAt(slot: number, cell: number): void {
    this.#ints(slot)[this.#intAt(slot) + FIRST] = cell;
  }

  #ints(slot: number): Int32Array {
    return this.#records.ints[slot >>> CHUNK_BITS]!;
  }

  #intAt(slot: number): number {
    return 2 * ((slot & CHUNK_MASK) * this.#records.stride + this.#offset);
  }

  #forget(slot: number, from: number, to: number): void {
    if (this.#referring.length === 0) return;
    for (let cell = from; cell !== to; cell = (cell + 1) | 0) {
      this.seek(slot, cell);
      for (const column of this.#referring) column.forget!(this.chunk, this.at);
    }
  }

  #shorten(slot: number, by: number): void {
    const ints = this.#ints(slot);
    const i = this.#intAt(slot);
    const length = ints[i + LENGTH]! - by;
    ints[i + LENGTH] = length;
    const bits = ints[i + BITS]!;
    if (length === 0) {
      if (bits > SMALLEST_BITS) this.#giveBack(slot);
    } else if (bits > SLACK_BITS && length <= 1 << (bits - SLACK_BITS)) {
      this.#resize(slot, Math.max(SMALLEST_BITS, 33 - Math.clz32(length - 1)));
    }
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
    const first = ints[i + FIRST]!;
    const mask = (1 << bits) - 1;
    const oldMask = (1 << oldBits) - 1;
    for (const column of this.#columns) {
      for (let k = ints[i + LENGTH]! - 1; k >= 0; k--) {
        const cell = first + k;
        column.move(chunkOf(old), offsetOf(old) + (cell & oldMask), chunkOf(block), offsetOf(block) + (cell & mask));
      }
    }
    this.#arena.release(old, oldBits);
    ints[i + BLOCK] = block + 1;
    ints[i + BITS] = bits;
  }
}
