import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { EventRing } from "./event-ring.ts";
import type { Part } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import { ValueColumn } from "./ring-columns.ts";
import { MIXED, ValueCells } from "./value-cells.ts";

/**
 * FIRST: the oldest value that is not NULL.
 *
 * State   growing: the value. Else a value a pane, and where the search for the oldest got to.
 */
export class FirstValue implements Part {
  readonly arg: number;
  readonly #ring: EventRing | null;
  readonly #panes = new ValueColumn();
  readonly #firsts = new ValueCells(0);
  /** No pane older than this one has a value. */
  readonly #from: IntField;

  constructor(arg: number, ring: EventRing | null, records: Records) {
    this.#from = new IntField(records, 0);
    this.arg = arg;
    this.#ring = ring;
    ring?.addColumn(this.#panes);
  }

  value(slot: number): Value {
    const ring = this.#ring;
    if (ring === null) return valueAt(this.#firsts, slot);
    if (ring.length(slot) === 0) return null;
    const head = ring.head(slot);
    const newest = (ring.tail(slot) - 1) | 0;
    let pane = this.#from.get(slot);
    if (((pane - head) | 0) < 0) pane = head;
    ring.seek(slot, pane);
    // Not past the newest pane: a slice that has no value yet may get one.
    while (pane !== newest && this.#panes.chunks[ring.chunk]!.isNull(ring.at)) {
      pane = (pane + 1) | 0;
      ring.seek(slot, pane);
    }
    this.#from.set(slot, pane);
    return valueAt(this.#panes.chunks[ring.chunk]!, ring.at);
  }

  grow(capacity: number): void {
    if (this.#ring === null) this.#firsts.grow(capacity);
  }

  add(slot: number, value: Value, opened: boolean): void {
    if (this.#ring === null) {
      if (this.#firsts.isNull(slot)) this.#firsts.set(slot, value);
      return;
    }
    const panes = this.#panes.chunks[this.#ring.chunk]!;
    if (opened || panes.isNull(this.#ring.at)) panes.set(this.#ring.at, value);
  }

  leave(slot: number): void {
    const head = this.#ring!.head(slot);
    if (this.#from.get(slot) === head) this.#from.set(slot, head + 1);
  }

  reset(slot: number): void {
    if (this.#ring === null) this.#firsts.set(slot, null);
    else this.#from.set(slot, this.#ring.tail(slot));
  }

  save(slot: number, out: ByteWriter): void {
    const ring = this.#ring;
    if (ring === null) {
      out.value(valueAt(this.#firsts, slot));
      return;
    }
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      out.value(valueAt(this.#panes.chunks[ring.chunk]!, ring.at));
    }
  }

  fill(slot: number): void {
    const ring = this.#ring;
    if (ring === null) return;
    this.#from.set(slot, ring.head(slot));
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      this.#panes.chunks[ring.chunk]!.set(ring.at, null);
    }
  }

  load(slot: number, input: ByteReader): void {
    const ring = this.#ring;
    if (ring === null) {
      this.#firsts.set(slot, input.value());
      return;
    }
    this.#from.set(slot, ring.head(slot));
    for (let pane = ring.head(slot); pane !== ring.tail(slot); pane = (pane + 1) | 0) {
      ring.seek(slot, pane);
      this.#panes.chunks[ring.chunk]!.set(ring.at, input.value());
    }
  }
}

function valueAt(cells: ValueCells, i: number): Value {
  const cell = cells.get(i);
  return cell === MIXED ? null : cell;
}
