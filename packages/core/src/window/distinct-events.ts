import type { CodeColumn } from "./pane-columns.ts";
import { CountedIds } from "./counted-ids.ts";
import type { Part } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import type { RingView } from "./ring-view.ts";

/** Events from which on a slot has a table of its values, and down to which it keeps one. */
const TABLE_FROM = 128;
const TABLE_TO = 48;
const NULL_ID = 0;

/**
 * COUNT(DISTINCT e), exact, of windows that events leave one by one.
 *
 * Whether a value that comes or leaves is there besides is looked up in the ring itself where the window is short: that is as
 * quick as a table, and takes no memory.
 *
 * State   14 bytes a slot; 8 to 22 a value in windows of more than 128 events.
 */
export class DistinctEvents implements Part {
  readonly arg: number;
  readonly column: CodeColumn;
  readonly #view: RingView;
  readonly #tables: CountedIds;
  readonly #counts: IntField;
  readonly #hasTable: IntField;

  constructor(arg: number, column: CodeColumn, view: RingView, records: Records) {
    this.#tables = new CountedIds(records);
    this.#counts = new IntField(records, 0);
    this.#hasTable = new IntField(records, 0);
    this.arg = arg;
    this.column = column;
    this.#view = view;
  }

  count(slot: number): number {
    return this.#counts.get(slot);
  }

  grow(capacity: number): void {
    this.#tables.grow(capacity);
  }

  add(slot: number): void {
    const tail = this.#view.ring.tail(slot);
    this.#count(slot, this.column.code(), this.#view.head(slot), (tail - 1) | 0);
  }

  leave(slot: number): void {
    const id = this.column.code();
    const head = this.#view.head(slot);
    const tail = this.#view.ring.tail(slot);
    if (id !== NULL_ID) {
      const isGone =
        this.#hasTable.get(slot) === 1
          ? this.#tables.remove(slot, id, 1)
          : !this.#includes(slot, (head + 1) | 0, tail, id);
      if (isGone) this.#counts.set(slot, this.#counts.get(slot) - 1);
    }
    if (((tail - head) | 0) <= TABLE_TO && this.#hasTable.get(slot) === 1) this.#dropTable(slot);
  }

  rejoin(slot: number): void {
    const head = this.#view.head(slot);
    this.#count(slot, this.column.code(), (head + 1) | 0, this.#view.ring.tail(slot));
  }

  reset(slot: number): void {
    this.#counts.set(slot, 0);
    this.#dropTable(slot);
  }

  /** Takes in an id beside those of the panes `from` up to before `to`. */
  #count(slot: number, id: number, from: number, to: number): void {
    if (((to - from) | 0) >= TABLE_FROM && this.#hasTable.get(slot) === 0) this.#makeTable(slot, from, to);
    if (id === NULL_ID) return;
    const isNew = this.#hasTable.get(slot) === 1 ? this.#tables.add(slot, id, 1) : !this.#includes(slot, from, to, id);
    if (isNew) this.#counts.set(slot, this.#counts.get(slot) + 1);
  }

  #includes(slot: number, from: number, to: number, id: number): boolean {
    return this.column.rings.includes(slot, this.column.chunks, from, to, id);
  }

  #makeTable(slot: number, from: number, to: number): void {
    this.#hasTable.set(slot, 1);
    const { column } = this;
    const { chunk, at } = column.rings;
    for (let pane = from; pane !== to; pane = (pane + 1) | 0) {
      column.rings.seek(slot, pane);
      const id = column.code();
      if (id !== NULL_ID) this.#tables.add(slot, id, 1);
    }
    // Other parts read the pane that the column was on.
    column.rings.chunk = chunk;
    column.rings.at = at;
  }

  #dropTable(slot: number): void {
    this.#hasTable.set(slot, 0);
    this.#tables.clear(slot);
  }
}
