import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { Moments } from "./moments.ts";
import { numberEncoder } from "./number-encoder.ts";
import type { PaneColumn } from "./pane-columns.ts";
import type { Part, StoredState } from "./part.ts";
import { IntColumn } from "./ring-columns.ts";
import type { RingView } from "./ring-view.ts";
import type { SlotRings } from "./slot-rings.ts";

const NO_ROW = 0;

/**
 * Moments over slices: each slice that has numbers has moments of its own, in a second table whose rows are handed out to slices.
 *
 * State   24 bytes a slice, 56 with squares.
 */
export class SlicedMoments implements Part {
  readonly arg: number;
  readonly column: MomentsColumn;
  readonly stored: readonly StoredState[];
  readonly #totals: Moments;

  constructor(arg: number, column: MomentsColumn, totals: Moments) {
    this.arg = arg;
    this.column = column;
    this.#totals = totals;
    this.stored = [totals];
  }

  grow(capacity: number): void {
    this.#totals.grow(capacity);
  }

  add(slot: number, value: Value, opened: boolean): void {
    const x = numberEncoder.encode(value);
    if (opened) this.column.clear();
    if (Number.isNaN(x)) return;
    this.column.moments.add(this.column.ownRow(), x, 1);
    this.#totals.add(slot, x, 1);
  }

  leave(slot: number): void {
    const row = this.column.row();
    if (row !== NO_ROW) this.#totals.combine(slot, this.column.moments, row, -1);
  }

  rejoin(slot: number): void {
    const row = this.column.row();
    if (row !== NO_ROW) this.#totals.combine(slot, this.column.moments, row, 1);
  }

  reset(slot: number): void {
    this.#totals.reset(slot);
  }
}

/** The moments of slices. */
export class MomentsColumn extends IntColumn implements PaneColumn {
  readonly name: string;
  readonly arg = null;
  readonly bytes = 4;
  readonly readers: Set<RingView> = new Set();
  readonly moments: Moments;
  rings!: SlotRings;
  readonly #freeRows: number[] = [];
  #rowCapacity = 0;
  #nextRow = NO_ROW + 1;

  constructor(name: string, moments: Moments) {
    super();
    this.name = name;
    this.moments = moments;
  }

  forget(chunk: number, at: number): void {
    const row = this.chunks[chunk]![at]!;
    if (row === NO_ROW) return;
    this.moments.reset(row);
    this.#freeRows.push(row);
  }

  row(): number {
    return this.chunks[this.rings.chunk]![this.rings.at]!;
  }

  /** The row of the slice, a new one where it has none. */
  ownRow(): number {
    const known = this.row();
    if (known !== NO_ROW) return known;
    const row = this.#freeRows.pop() ?? this.#nextRow++;
    if (row >= this.#rowCapacity) {
      this.#rowCapacity = Math.max(64, Math.ceil(this.#rowCapacity * 1.5));
      this.moments.grow(this.#rowCapacity);
    }
    this.chunks[this.rings.chunk]![this.rings.at] = row;
    return row;
  }

  put(): void {
    // Its part fills it.
  }

  clear(): void {
    this.chunks[this.rings.chunk]![this.rings.at] = NO_ROW;
  }

  save(out: ByteWriter): void {
    const row = this.row();
    out.boolean(row !== NO_ROW);
    if (row !== NO_ROW) this.moments.save(row, out);
  }

  load(input: ByteReader): void {
    this.clear();
    if (input.boolean()) this.moments.load(this.ownRow(), input);
  }
}
