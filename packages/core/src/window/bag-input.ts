import type { Value } from "../value.ts";
import { ArgumentColumn, type CodeColumn } from "./pane-columns.ts";
import type { Bag, Encoder, Part, StoredState } from "./part.ts";

/** Feeds an argument to bags that only grow. */
export class GrowingInput implements Part {
  readonly arg: number;
  readonly takesNumbers: boolean;
  readonly stored: readonly StoredState[];
  readonly #encoder: Encoder;
  readonly #bags: readonly Bag[];

  constructor(arg: number, encoder: Encoder, bags: readonly Bag[]) {
    this.arg = arg;
    this.#encoder = encoder;
    this.#bags = bags;
    this.takesNumbers = !encoder.whole;
    this.stored = bags;
  }

  grow(capacity: number): void {
    for (const bag of this.#bags) bag.grow(capacity);
  }

  add(slot: number, value: Value): void {
    const code = this.#encoder.encode(value);
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.add(slot, code, 1);
  }

  addNumber(slot: number, x: number): void {
    // −0 is 0.
    if (!Number.isNaN(x)) for (const bag of this.#bags) bag.add(slot, x + 0, 1);
  }

  leave(_slot: number): void {
    // Events only come.
  }

  reset(slot: number): void {
    for (const bag of this.#bags) bag.reset(slot);
  }
}

/** Feeds an argument to bags, and takes it out again as panes leave. */
export class EventInput implements Part {
  readonly arg: number;
  readonly takesNumbers: boolean;
  readonly column: ArgumentColumn | CodeColumn;
  readonly stored: readonly StoredState[];
  readonly #bags: readonly Bag[];

  constructor(arg: number, column: ArgumentColumn | CodeColumn, bags: readonly Bag[]) {
    this.arg = arg;
    this.column = column;
    this.#bags = bags;
    this.takesNumbers = column instanceof ArgumentColumn;
    this.stored = bags.filter((bag) => !bag.rebuilds);
  }

  grow(capacity: number): void {
    for (const bag of this.#bags) bag.grow(capacity);
  }

  add(slot: number): void {
    this.#addCode(slot, this.#codeHere());
  }

  addNumber(slot: number, x: number): void {
    this.#addCode(slot, x + 0);
  }

  leave(slot: number): void {
    const code = this.#codeHere();
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.remove(slot, code, 1);
  }

  rejoin(slot: number): void {
    this.#addCode(slot, this.#codeHere());
  }

  reset(slot: number): void {
    for (const bag of this.#bags) bag.reset(slot);
  }

  #addCode(slot: number, code: number): void {
    if (!Number.isNaN(code)) for (const bag of this.#bags) bag.add(slot, code, 1);
  }

  /** −0 is 0. */
  #codeHere(): number {
    const { column } = this;
    if (column instanceof ArgumentColumn) return column.number() + 0;
    const code = column.code();
    return code === 0 ? Number.NaN : code;
  }
}
