import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Duration, Time, type Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Part } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import { ValueColumn } from "./ring-columns.ts";
import { type Cell, MIXED, readCell, ValueCells, writeCell } from "./value-cells.ts";

/**
 * MIN or MAX of the values that have an order. Values of two types give NULL, until those of one type have left.
 *
 * Where panes leave, two stacks in one column: a pane before `split` holds the extremum from itself up to the split, one behind it
 * its own; `back` is the extremum of those behind. When the oldest pane is behind the split, the stack is turned over at the
 * next look: O(1) a pane over time.
 *
 *   head        split          tail
 *    │ min(a…d) min(b…d) …   d │ e  f  g │      value = min(column[head], back)
 *
 * State   9 bytes a slot (17 with strings), and as many a pane.
 * Source  Tangwongsan, Hirzel, Schneider, "Low-latency sliding-window aggregation in worst-case constant time", DEBS 2017.
 */
export class Extremum implements Part {
  readonly arg: number;
  readonly #sign: 1 | -1;
  readonly #ring: EventRing | null;
  readonly #panes = new ValueColumn();
  readonly #back = new ValueCells(0);
  readonly #split: IntField;

  constructor(arg: number, kind: "MIN" | "MAX", ring: EventRing | null, records: Records) {
    this.#split = new IntField(records, 0);
    this.arg = arg;
    this.#sign = kind === "MIN" ? 1 : -1;
    this.#ring = ring;
    ring?.addColumn(this.#panes);
  }

  value(slot: number): Value {
    let cell = this.#back.get(slot);
    const ring = this.#ring;
    if (ring !== null && ring.length(slot) > 0) {
      const head = ring.head(slot);
      if (((this.#split.get(slot) - head) | 0) < 0) {
        this.#turnOver(slot);
        cell = this.#back.get(slot);
      }
      if (head !== this.#split.get(slot)) cell = combine(this.#paneOf(slot, head), cell, this.#sign);
    }
    return cell === MIXED ? null : cell;
  }

  grow(capacity: number): void {
    this.#back.grow(capacity);
  }

  add(slot: number, given: Value, opened: boolean): void {
    const value = ordered(given);
    if (this.#ring !== null) {
      const cells = this.#panes.chunks[this.#ring.chunk]!;
      const at = this.#ring.at;
      if (opened) cells.set(at, value);
      else if (value !== null) cells.set(at, combine(cells.get(at), value, this.#sign));
    }
    if (value !== null) this.#back.set(slot, combine(this.#back.get(slot), value, this.#sign));
  }

  leave(_slot: number): void {
    // Nothing: the next look sees that the head has passed the split.
  }

  reset(slot: number): void {
    this.#back.set(slot, null);
    if (this.#ring !== null) this.#split.set(slot, this.#ring.tail(slot));
  }

  save(slot: number, out: ByteWriter): void {
    const ring = this.#ring;
    if (ring === null) {
      writeCell(this.#back.get(slot), out);
      return;
    }
    if (ring.length(slot) === 0) return;
    const head = ring.head(slot);
    if (((this.#split.get(slot) - head) | 0) < 0) this.#turnOver(slot);
    out.uint((this.#split.get(slot) - head) | 0);
    for (let pane = head; pane !== ring.tail(slot); pane = (pane + 1) | 0) writeCell(this.#paneOf(slot, pane), out);
  }

  load(slot: number, input: ByteReader): void {
    const ring = this.#ring;
    this.reset(slot);
    if (ring === null) {
      this.#back.set(slot, readCell(input));
      return;
    }
    if (ring.length(slot) === 0) return;
    const head = ring.head(slot);
    const front = input.uint();
    this.#split.set(slot, head + front);
    let back: Cell = null;
    for (let k = 0; k < ring.length(slot); k++) {
      const cell = readCell(input);
      this.#setPane(slot, (head + k) | 0, cell);
      if (k >= front) back = combine(back, cell, this.#sign);
    }
    this.#back.set(slot, back);
  }

  fill(slot: number): void {
    const ring = this.#ring;
    if (ring === null) return;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) this.#setPane(slot, pane, null);
    this.reset(slot);
  }

  /** All panes but the newest, which may still take events in, go before the split. */
  #turnOver(slot: number): void {
    const ring = this.#ring!;
    const newest = (ring.tail(slot) - 1) | 0;
    const head = ring.head(slot);
    let suffix: Cell = null;
    for (let pane = newest; pane !== head; ) {
      pane = (pane - 1) | 0;
      suffix = combine(this.#paneOf(slot, pane), suffix, this.#sign);
      this.#setPane(slot, pane, suffix);
    }
    this.#back.set(slot, this.#paneOf(slot, newest));
    this.#split.set(slot, newest);
  }

  #paneOf(slot: number, pane: number): Cell {
    const ring = this.#ring!;
    ring.seek(slot, pane);
    return this.#panes.chunks[ring.chunk]!.get(ring.at);
  }

  #setPane(slot: number, pane: number, cell: Cell): void {
    const ring = this.#ring!;
    ring.seek(slot, pane);
    this.#panes.chunks[ring.chunk]!.set(ring.at, cell);
  }
}

/** Values without an order are skipped, as SUM skips what is no number. −0 becomes 0, which it equals. */
function ordered(value: Value): Value {
  if (typeof value === "number") return value + 0;
  return typeof value === "string" || value instanceof Time || value instanceof Duration ? value : null;
}

function combine(a: Cell, b: Cell, sign: 1 | -1): Cell {
  if (typeof a === "number" && typeof b === "number") return a < b === (sign === 1) ? a : b;
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === "string" && typeof b === "string") return a < b === (sign === 1) ? a : b;
  if ((a instanceof Time && b instanceof Time) || (a instanceof Duration && b instanceof Duration)) {
    return a.ms < b.ms === (sign === 1) ? a : b;
  }
  return MIXED;
}
