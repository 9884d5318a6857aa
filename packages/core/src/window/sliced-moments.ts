import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Moments } from "./moments.ts";
import type { Encoder, Part } from "./part.ts";
import { IntColumn } from "./ring-columns.ts";

/**
 * Moments over slices: each slice has moments of its own, in a second table whose rows are handed out to slices.
 *
 * State   24 bytes a slice, 56 with squares.
 */
export class SlicedMoments implements Part {
  readonly arg: number;
  readonly #encoder: Encoder;
  readonly #totals: Moments;
  readonly #slices: Moments;
  readonly #ring: EventRing;
  readonly #rows = new IntColumn();
  readonly #freeRows: number[] = [];
  #rowCapacity = 0;
  #nextRow = 0;

  constructor(arg: number, encoder: Encoder, totals: Moments, slices: Moments, ring: EventRing) {
    this.arg = arg;
    this.#encoder = encoder;
    this.#totals = totals;
    this.#slices = slices;
    this.#ring = ring;
    ring.addColumn(this.#rows);
  }

  grow(capacity: number): void {
    this.#totals.grow(capacity);
  }

  add(slot: number, value: Value, opened: boolean): void {
    const rows = this.#rows.chunks[this.#ring.chunk]!;
    if (opened) rows[this.#ring.at] = this.#takeRow();
    const x = this.#encoder.encode(value);
    if (Number.isNaN(x)) return;
    this.#slices.add(rows[this.#ring.at]!, x, 1);
    this.#totals.add(slot, x, 1);
  }

  leave(slot: number): void {
    const row = this.#rows.chunks[this.#ring.chunk]![this.#ring.at]!;
    this.#totals.subtract(slot, this.#slices, row);
    this.#giveRow(row);
  }

  reset(slot: number): void {
    this.#totals.reset(slot);
    for (let pane = this.#ring.head(slot); pane !== this.#ring.tail(slot); pane = (pane + 1) | 0) {
      this.#ring.seek(slot, pane);
      this.#giveRow(this.#rows.chunks[this.#ring.chunk]![this.#ring.at]!);
    }
  }

  save(slot: number, out: ByteWriter): void {
    const ring = this.#ring;
    this.#totals.save(slot, out);
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      this.#slices.save(this.#rows.chunks[ring.chunk]![ring.at]!, out);
    }
  }

  load(slot: number, input: ByteReader): void {
    const ring = this.#ring;
    this.#totals.load(slot, input);
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      const row = this.#takeRow();
      this.#slices.load(row, input);
      ring.seek(slot, pane);
      this.#rows.chunks[ring.chunk]![ring.at] = row;
    }
  }

  fill(slot: number): void {
    const ring = this.#ring;
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      this.#rows.chunks[ring.chunk]![ring.at] = this.#takeRow();
    }
  }

  #takeRow(): number {
    const row = this.#freeRows.pop() ?? this.#nextRow++;
    if (row >= this.#rowCapacity) {
      this.#rowCapacity = Math.max(64, Math.ceil(this.#rowCapacity * 1.5));
      this.#slices.grow(this.#rowCapacity);
    }
    return row;
  }

  #giveRow(row: number): void {
    this.#slices.reset(row);
    this.#freeRows.push(row);
  }
}
