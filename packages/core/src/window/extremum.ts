import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Duration, Time, type Value } from "../value.ts";
import type { Part, StoredState } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import { IntColumn, ValueColumn } from "./ring-columns.ts";
import type { RingView } from "./ring-view.ts";
import { SlotRings } from "./slot-rings.ts";
import { MIXED, ValueCells } from "./value-cells.ts";

/** Panes after which it is not left to comparison of their numbers, which wrap, whether one has left. */
const LONG_AGO = 2 ** 30;

/**
 * MIN or MAX of the values that have an order, in windows that panes leave. Values of two types give NULL, until those of one type
 * have left.
 *
 * Kept are the values that are the extremum once all older ones have left, oldest first: each better than all that come behind it.
 * What leaves stays before `front` while it may come back.
 *
 *   MIN of  3 1 4 1 5 9 2 6         1 2 6
 *                                   └ front: the value
 *
 * State   28 bytes a slot; 13 bytes (21 with strings) a value that is kept: of numbers in any order the logarithm of how many
 *         there are, at worst each.
 * Source  Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element", 2006.
 */
export class Extremum implements Part {
  readonly arg: number;
  readonly stored: readonly StoredState[];
  readonly #sign: 1 | -1;
  readonly #view: RingView;
  readonly #panes = new IntColumn();
  readonly #values = new ValueColumn();
  readonly #kept: SlotRings;
  readonly #front: IntField;
  /** The newest pane that has a value of another type than some value after it, or two. */
  readonly #mixed: IntField;

  constructor(arg: number, kind: "MIN" | "MAX", view: RingView, records: Records) {
    this.#kept = new SlotRings([this.#panes, this.#values], records);
    this.#front = new IntField(records, 0);
    this.#mixed = new IntField(records, -LONG_AGO);
    this.arg = arg;
    this.#sign = kind === "MIN" ? 1 : -1;
    this.#view = view;
    this.stored = [
      {
        name: "",
        save: (slot, out) => this.#save(slot, out),
        load: (slot, input) => this.#load(slot, input),
        fill: (slot) => this.reset(slot),
      },
    ];
  }

  value(slot: number): Value {
    const kept = this.#kept;
    const front = this.#front.get(slot);
    if (front === kept.end(slot) || this.#mixedFor(slot) >= 0) return null;
    kept.seek(slot, front);
    return this.#here();
  }

  grow(): void {}

  add(slot: number, given: Value): void {
    const value = ordered(given);
    if (value === null) return;
    const kept = this.#kept;
    const pane = (this.#view.ring.tail(slot) - 1) | 0;
    const first = kept.first(slot);
    let end = kept.end(slot);
    // Told from the head so that numbers may wrap.
    if (this.#mixedFor(slot) < -1.5 * LONG_AGO) this.#mixed.set(slot, this.#view.head(slot) - LONG_AGO);
    for (let isNewest = true; end !== first; isNewest = false) {
      kept.seek(slot, end - 1);
      const other = this.#here();
      const otherPane = this.#panes.chunks[kept.chunk]![kept.at]!;
      if (isNewest && rankOf(other) !== rankOf(value)) this.#mixed.set(slot, otherPane);
      if (isBetter(other, value, this.#sign)) {
        // A slice that has a better one already.
        if (otherPane === pane) return;
        break;
      }
      kept.pop(slot);
      end = (end - 1) | 0;
    }
    kept.push(slot);
    this.#panes.chunks[kept.chunk]![kept.at] = pane;
    this.#values.chunks[kept.chunk]!.set(kept.at, value);
    if (((this.#front.get(slot) - end) | 0) > 0) this.#front.set(slot, end);
    this.#forgetLeft(slot);
  }

  leave(slot: number): void {
    const front = this.#front.get(slot);
    if (front !== this.#kept.end(slot) && this.#paneOf(slot, front) === this.#view.head(slot)) {
      this.#front.set(slot, front + 1);
    }
  }

  rejoin(slot: number): void {
    const front = this.#front.get(slot);
    if (front !== this.#kept.first(slot) && this.#paneOf(slot, front - 1) === this.#view.head(slot)) {
      this.#front.set(slot, front - 1);
    }
  }

  reset(slot: number): void {
    this.#kept.clear(slot);
    this.#front.set(slot, this.#kept.end(slot));
    this.#mixed.set(slot, this.#view.head(slot) - LONG_AGO);
  }

  /** Panes from the head of the window to the mixed one: negative where that has left. */
  #mixedFor(slot: number): number {
    return (this.#mixed.get(slot) - this.#view.head(slot)) | 0;
  }

  /** Lets go of what cannot come back. */
  #forgetLeft(slot: number): void {
    const kept = this.#kept;
    const front = this.#front.get(slot);
    let first = kept.first(slot);
    if (first === front) return;
    while (first !== front && !this.#view.mayReturn(slot, this.#paneOf(slot, first))) first = (first + 1) | 0;
    kept.shiftTo(slot, first);
  }

  #paneOf(slot: number, cell: number): number {
    const kept = this.#kept;
    kept.seek(slot, cell);
    return this.#panes.chunks[kept.chunk]![kept.at]!;
  }

  #here(): Value {
    const cell = this.#values.chunks[this.#kept.chunk]!.get(this.#kept.at);
    return cell === MIXED ? null : cell;
  }

  /** Panes are counted back from the one that comes next. */
  #save(slot: number, out: ByteWriter): void {
    const kept = this.#kept;
    const tail = this.#view.ring.tail(slot);
    const mixed = (tail - this.#mixed.get(slot)) | 0;
    out.uint(this.#mixedFor(slot) < -LONG_AGO / 2 ? 0 : mixed);
    out.uint(kept.length(slot));
    out.uint((this.#front.get(slot) - kept.first(slot)) | 0);
    const end = kept.end(slot);
    for (let cell = kept.first(slot); cell !== end; cell = (cell + 1) | 0) {
      out.uint((tail - this.#paneOf(slot, cell)) | 0);
      out.value(this.#here());
    }
  }

  #load(slot: number, input: ByteReader): void {
    const kept = this.#kept;
    const tail = this.#view.ring.tail(slot);
    this.reset(slot);
    const mixed = input.uint();
    if (mixed !== 0) this.#mixed.set(slot, tail - mixed);
    const count = input.uint();
    this.#front.set(slot, kept.first(slot) + input.uint());
    for (let k = 0; k < count; k++) {
      kept.push(slot);
      this.#panes.chunks[kept.chunk]![kept.at] = tail - input.uint();
      this.#values.chunks[kept.chunk]!.set(kept.at, input.value());
    }
  }
}

/** MIN or MAX of windows that only grow. */
export class GrowingExtremum implements Part {
  readonly arg: number;
  readonly stored: readonly StoredState[];
  readonly #sign: 1 | -1;
  readonly #cells = new ValueCells(0);

  constructor(arg: number, kind: "MIN" | "MAX") {
    this.arg = arg;
    this.#sign = kind === "MIN" ? 1 : -1;
    this.stored = [
      { name: "", save: (slot, out) => this.#save(slot, out), load: (slot, input) => this.#load(slot, input) },
    ];
  }

  value(slot: number): Value {
    const cell = this.#cells.get(slot);
    return cell === MIXED ? null : cell;
  }

  grow(capacity: number): void {
    this.#cells.grow(capacity);
  }

  add(slot: number, given: Value): void {
    const value = ordered(given);
    const cell = this.#cells.get(slot);
    if (value === null || cell === MIXED) return;
    if (cell === null) this.#cells.set(slot, value);
    else if (rankOf(cell) !== rankOf(value)) this.#cells.set(slot, MIXED);
    else if (!isBetter(cell, value, this.#sign)) this.#cells.set(slot, value);
  }

  leave(): void {
    // Nothing leaves.
  }

  reset(slot: number): void {
    this.#cells.set(slot, null);
  }

  #save(slot: number, out: ByteWriter): void {
    const cell = this.#cells.get(slot);
    out.boolean(cell === MIXED);
    if (cell !== MIXED) out.value(cell);
  }

  #load(slot: number, input: ByteReader): void {
    this.#cells.set(slot, input.boolean() ? MIXED : input.value());
  }
}

/** Values without an order are skipped, as SUM skips what is no number. −0 becomes 0, which it equals. */
function ordered(value: Value): Value {
  if (typeof value === "number") return value + 0;
  return typeof value === "string" || value instanceof Time || value instanceof Duration ? value : null;
}

/** The place of a value's type: values of different types have an order too, so that one comes first of all. */
function rankOf(value: Value): number {
  if (typeof value === "number") return 0;
  if (typeof value === "string") return 1;
  return value instanceof Time ? 2 : 3;
}

/** Whether `a` is the extremum of both, and not equal to `b`. */
function isBetter(a: Value, b: Value, sign: 1 | -1): boolean {
  if (typeof a === "number" && typeof b === "number") return sign === 1 ? a < b : a > b;
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank < 0;
  if (typeof a === "string" && typeof b === "string") return sign === 1 ? a < b : a > b;
  return sign * ((a as Time | Duration).ms - (b as Time | Duration).ms) < 0;
}
