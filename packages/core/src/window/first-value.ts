import type { Value } from "../value.ts";
import type { ArgumentColumn } from "./pane-columns.ts";
import type { Part, StoredState } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import type { RingView } from "./ring-view.ts";
import { ValueField } from "./value-field.ts";

/** FIRST of windows that only grow: the first value that is not NULL. */
export class GrowingFirst implements Part {
  readonly arg: number;
  readonly stored: readonly StoredState[];
  readonly #firsts: ValueField;

  constructor(arg: number, records: Records) {
    this.arg = arg;
    this.#firsts = new ValueField(records);
    this.stored = [
      {
        name: "",
        save: (slot, out) => out.value(this.#firsts.get(slot)),
        load: (slot, input) => this.#firsts.set(slot, input.value()),
      },
    ];
  }

  value(slot: number): Value {
    return this.#firsts.get(slot);
  }

  grow(): void {}

  add(slot: number, value: Value): void {
    if (value !== null && this.#firsts.get(slot) === null) this.#firsts.set(slot, value);
  }

  leave(): void {
    // Nothing leaves.
  }

  reset(slot: number): void {
    this.#firsts.set(slot, null);
  }
}

/**
 * FIRST of windows that panes leave: the oldest value that is not NULL.
 *
 * State   4 bytes a slot: where the search for the oldest got to.
 */
export class FirstValue implements Part {
  readonly arg: number;
  readonly column: ArgumentColumn;
  readonly #view: RingView;
  /** No pane older than this one has a value. */
  readonly #from: IntField;

  /** The column has no argument where panes are slices: each has its first value. */
  constructor(arg: number, column: ArgumentColumn, view: RingView, records: Records) {
    this.#from = new IntField(records, 0);
    this.arg = arg;
    this.column = column;
    this.#view = view;
    column.refers = true;
  }

  value(slot: number): Value {
    const view = this.#view;
    if (view.length(slot) === 0) return null;
    const { column } = this;
    const { rings } = column;
    const head = view.head(slot);
    const newest = (view.ring.tail(slot) - 1) | 0;
    let pane = this.#from.get(slot);
    if (((pane - head) | 0) < 0) pane = head;
    else if (((pane - newest) | 0) > 0) pane = newest;
    rings.seek(slot, pane);
    let value = column.value();
    // Not past the newest pane: a slice that has no value yet may get one.
    while (pane !== newest && value === null) {
      pane = (pane + 1) | 0;
      rings.seek(slot, pane);
      value = column.value();
    }
    this.#from.set(slot, pane);
    return value;
  }

  grow(): void {}

  add(_slot: number, value: Value, opened: boolean): void {
    const { column } = this;
    if (column.arg === null && (opened || column.value() === null)) column.put(value);
  }

  leave(slot: number): void {
    const head = this.#view.head(slot);
    if (((this.#from.get(slot) - head) | 0) <= 0) this.#from.set(slot, head + 1);
  }

  rejoin(slot: number): void {
    if (this.column.value() !== null) this.#from.set(slot, this.#view.head(slot));
  }

  reset(slot: number): void {
    this.#from.set(slot, this.#view.ring.tail(slot));
  }
}
