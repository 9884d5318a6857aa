import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import type { Part, StoredState } from "./part.ts";
import { IntField, type Records } from "./records.ts";
import type { RingView } from "./ring-view.ts";
import { ValueField } from "./value-field.ts";

/** Panes after which it is not left to comparison of their numbers, which wrap, whether one has left. */
const LONG_AGO = 2 ** 30;

/**
 * LAST: the newest value that is not NULL. When its pane leaves, all older ones have left.
 *
 * State   8 bytes a slot (16 with other values than numbers), 4 more where panes leave.
 */
export class LastValue implements Part {
  readonly arg: number;
  readonly stored: readonly StoredState[];
  readonly #view: RingView | null;
  readonly #values: ValueField;
  /** Its pane: one that has left may come back, so it is told from the head of the window whether it is there. */
  readonly #pane: IntField;

  constructor(arg: number, view: RingView | null, records: Records) {
    this.#pane = new IntField(records, 0);
    this.#values = new ValueField(records);
    this.arg = arg;
    this.#view = view;
    this.stored = [
      { name: "", save: (slot, out) => this.#save(slot, out), load: (slot, input) => this.#load(slot, input) },
    ];
  }

  value(slot: number): Value {
    return this.#view !== null && this.#age(slot) < 0 ? null : this.#values.get(slot);
  }

  grow(): void {}

  add(slot: number, value: Value): void {
    if (value !== null) {
      this.#values.set(slot, value);
      if (this.#view !== null) this.#pane.set(slot, this.#view.ring.tail(slot) - 1);
    } else if (this.#view !== null && this.#age(slot) < -LONG_AGO) this.reset(slot);
  }

  leave(): void {
    // It shows.
  }

  rejoin(): void {
    // It shows.
  }

  reset(slot: number): void {
    this.#values.set(slot, null);
    this.#pane.set(slot, this.#view?.ring.tail(slot) ?? 0);
  }

  /** Panes from the head of the window to its pane: negative where it has left. */
  #age(slot: number): number {
    return (this.#pane.get(slot) - this.#view!.head(slot)) | 0;
  }

  #save(slot: number, out: ByteWriter): void {
    const value = this.#values.get(slot);
    out.value(value);
    if (this.#view !== null && value !== null) out.uint((this.#view.ring.tail(slot) - this.#pane.get(slot)) >>> 0);
  }

  #load(slot: number, input: ByteReader): void {
    this.#values.set(slot, input.value());
    if (this.#view === null || this.#values.get(slot) === null) return;
    this.#pane.set(slot, this.#view.ring.tail(slot) - input.uint());
  }
}
