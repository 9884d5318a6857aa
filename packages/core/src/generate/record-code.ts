import { CHUNK_BITS, CHUNK_MASK, type FloatField, type IntField, type Records } from "../window/records.ts";
import type { Source } from "./source.ts";

/** Reads and writes the record of `slot` where it lies: `F` and `I` are its chunk, as floats and as integers, `b` and `j` where it begins. */
export class RecordCode {
  readonly #records: Records;
  readonly #source: Source;

  constructor(records: Records, source: Source) {
    this.#records = records;
    this.#source = source;
  }

  /** Finds the record; before anything else that is said here. */
  open(): string {
    const floats = this.#source.ref(this.#records.floats);
    const ints = this.#source.ref(this.#records.ints);
    return [
      `const F = ${floats}[slot >>> ${CHUNK_BITS}], I = ${ints}[slot >>> ${CHUNK_BITS}]`,
      `b = (slot & ${CHUNK_MASK}) * ${this.#records.stride}, j = 2 * b;`,
    ].join(", ");
  }

  float(field: FloatField): string {
    return this.floatAt(field.offset);
  }

  floatAt(offset: number): string {
    return `F[b + ${offset}]`;
  }

  int(field: IntField): string {
    return this.intAt(field.offset);
  }

  intAt(offset: number): string {
    return `I[j + ${offset}]`;
  }
}
