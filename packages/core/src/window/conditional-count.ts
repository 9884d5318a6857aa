import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Part } from "./part.ts";
import { FloatField, type Records } from "./records.ts";
import { ByteColumn, IntColumn } from "./ring-columns.ts";

/**
 * COUNT(e): the events for which e is neither NULL nor FALSE; all of them where there is no e.
 *
 * State   8 bytes a slot; where panes leave, a byte an event or 4 a slice.
 */
export class ConditionalCount implements Part {
  readonly arg: number | null;
  readonly #ring: EventRing | null;
  readonly #panes: ByteColumn | IntColumn;
  readonly #totals: FloatField;

  constructor(arg: number | null, ring: EventRing | null, sliced: boolean, records: Records) {
    this.#totals = new FloatField(records, 0);
    this.arg = arg;
    this.#ring = ring;
    this.#panes = sliced ? new IntColumn() : new ByteColumn();
    ring?.addColumn(this.#panes);
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
    const counted = this.arg !== null && (value === null || value === false) ? 0 : 1;
    this.#totals.set(slot, this.#totals.get(slot) + counted);
    if (this.#ring === null) return;
    const panes = this.#panes.chunks[this.#ring.chunk]!;
    panes[this.#ring.at] = opened ? counted : panes[this.#ring.at]! + counted;
  }

  leave(slot: number): void {
    const ring = this.#ring!;
    this.#totals.set(slot, this.#totals.get(slot) - this.#panes.chunks[ring.chunk]![ring.at]!);
  }

  reset(slot: number): void {
    this.#totals.set(slot, 0);
  }

  save(slot: number, out: ByteWriter): void {
    if (this.#ring === null) {
      out.uint(this.#totals.get(slot));
      return;
    }
    for (let pane = this.#ring.head(slot); pane !== this.#ring.tail(slot); pane = (pane + 1) | 0) {
      this.#ring.seek(slot, pane);
      out.uint(this.#panes.chunks[this.#ring.chunk]![this.#ring.at]!);
    }
  }

  fill(slot: number): void {
    if (this.#ring === null) return;
    for (let pane = this.#ring.head(slot); pane !== this.#ring.tail(slot); pane = (pane + 1) | 0) {
      this.#ring.seek(slot, pane);
      this.#panes.chunks[this.#ring.chunk]![this.#ring.at] = 0;
    }
  }

  load(slot: number, input: ByteReader): void {
    if (this.#ring === null) {
      this.#totals.set(slot, input.uint());
      return;
    }
    let total = 0;
    for (let pane = this.#ring.head(slot); pane !== this.#ring.tail(slot); pane = (pane + 1) | 0) {
      this.#ring.seek(slot, pane);
      const counted = input.uint();
      this.#panes.chunks[this.#ring.chunk]![this.#ring.at] = counted;
      total += counted;
    }
    this.#totals.set(slot, total);
  }
}
