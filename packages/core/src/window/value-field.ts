import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { FloatField, type Records } from "./records.ts";

/**
 * A value per slot: numbers in the record itself, others beside it.
 *
 * State   8 bytes a slot, 8 more once a value was put in that is no number.
 */
export class ValueField {
  /** NaN where the value is no number: numbers of the language are finite. */
  readonly #numbers: FloatField;
  readonly #others: (Value | undefined)[] = [];

  constructor(records: Records) {
    this.#numbers = new FloatField(records, Number.NaN);
  }

  get(slot: number): Value {
    const x = this.#numbers.get(slot);
    return Number.isNaN(x) ? (this.#others[slot] ?? null) : x;
  }

  /** Where its number is, for code that reads and writes it as long as `isPlain`. */
  get numbers(): FloatField {
    return this.#numbers;
  }

  /** Whether it never had a value that is no number. */
  get isPlain(): boolean {
    return this.#others.length === 0;
  }

  /** The value where it is a number, else NaN. */
  number(slot: number): number {
    return this.#numbers.get(slot);
  }

  set(slot: number, value: Value): void {
    if (typeof value === "number") {
      if (Number.isNaN(this.#numbers.get(slot)) && slot < this.#others.length) this.#others[slot] = undefined;
      this.#numbers.set(slot, value);
      return;
    }
    this.#numbers.set(slot, Number.NaN);
    if (value !== null) {
      // Without holes: arrays with holes are slower to read.
      while (this.#others.length < slot) this.#others.push(undefined);
      this.#others[slot] = value;
    } else if (slot < this.#others.length) this.#others[slot] = undefined;
  }

  /** As `set`, of a number, NaN being NULL. */
  setNumber(slot: number, x: number): void {
    if (slot < this.#others.length) this.#others[slot] = undefined;
    this.#numbers.set(slot, x);
  }

  save(slot: number, out: ByteWriter): void {
    const x = this.#numbers.get(slot);
    out.float(x);
    if (Number.isNaN(x)) out.value(this.#others[slot] ?? null);
  }

  load(slot: number, input: ByteReader): void {
    const x = input.float();
    if (Number.isNaN(x)) this.set(slot, input.value());
    else this.setNumber(slot, x);
  }

  copyFrom(other: ValueField, from: number, to: number): void {
    const x = other.#numbers.get(from);
    if (Number.isNaN(x) || Number.isNaN(this.#numbers.get(to))) this.set(to, other.get(from));
    else this.#numbers.set(to, x);
  }
}
