import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { type CountColumn, counts } from "./pane-columns.ts";
import type { Part, StoredState } from "./part.ts";
import { FloatField, type Records } from "./records.ts";

/**
 * COUNT(e): the events for which e is neither NULL nor FALSE; all of them where there is no e.
 *
 * State   8 bytes a slot.
 */
export class ConditionalCount implements Part {
  readonly arg: number | null;
  readonly column?: CountColumn;
  readonly stored: readonly StoredState[];
  readonly #totals: FloatField;

  /** `column`: where panes leave; it has no argument where they are slices. */
  constructor(arg: number | null, column: CountColumn | null, records: Records) {
    this.#totals = new FloatField(records, 0);
    this.arg = arg;
    if (column !== null) this.column = column;
    this.stored =
      column === null
        ? [{ name: "", save: (slot, out) => this.#save(slot, out), load: (slot, input) => this.#load(slot, input) }]
        : [];
  }

  /** Where the count of a slot is, for code that adds to it: of all events, in a window that only grows. */
  get totals(): FloatField {
    return this.#totals;
  }

  value(slot: number): number {
    return this.#totals.get(slot);
  }

  grow(): void {}

  add(slot: number, value: Value, opened: boolean): void {
    const counted = this.arg === null || counts(value) ? 1 : 0;
    this.#change(slot, counted);
    const { column } = this;
    if (column?.arg === null) column.set(opened ? counted : column.count() + counted);
  }

  leave(slot: number): void {
    this.#change(slot, -this.column!.count());
  }

  rejoin(slot: number): void {
    this.#change(slot, this.column!.count());
  }

  reset(slot: number): void {
    this.#totals.set(slot, 0);
  }

  #change(slot: number, by: number): void {
    this.#totals.set(slot, this.#totals.get(slot) + by);
  }

  #save(slot: number, out: ByteWriter): void {
    out.uint(this.#totals.get(slot));
  }

  #load(slot: number, input: ByteReader): void {
    this.#totals.set(slot, input.uint());
  }
}
