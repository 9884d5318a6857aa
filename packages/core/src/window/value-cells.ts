import { Duration, Time, type Value } from "../value.ts";

/** What a fold over values of different types comes to; it has no value of its own and reads as NULL. */
export const MIXED: unique symbol = Symbol("mixed");

export type Cell = Value | typeof MIXED;

const NULL = 0;
const NUMBER = 1;
const TIME = 2;
const DURATION = 3;
const FALSE = 4;
const TRUE = 5;
const REFERENCE = 6;
const MIX = 7;

/**
 * An array of values that keeps numbers out of the heap: a tag each, and a double or a reference where one is needed.
 *
 * State   1 byte a cell, 8 more once a number, TIME or DURATION was put in, 8 more once a string, list or object was.
 */
export class ValueCells {
  #tags: Uint8Array;
  #numbers: Float64Array | undefined;
  #references: (Value | undefined)[] | undefined;

  constructor(size: number) {
    this.#tags = new Uint8Array(size);
  }

  get(i: number): Cell {
    switch (this.#tags[i]) {
      case NUMBER:
        return this.#numbers![i]!;
      case TIME:
        return new Time(this.#numbers![i]!);
      case DURATION:
        return new Duration(this.#numbers![i]!);
      case FALSE:
        return false;
      case TRUE:
        return true;
      case REFERENCE:
        return this.#references![i]!;
      case MIX:
        return MIXED;
      default:
        return null;
    }
  }

  isNull(i: number): boolean {
    return this.#tags[i] === NULL;
  }

  set(i: number, value: Cell): void {
    if (this.#tags[i] === REFERENCE) this.#references![i] = undefined;
    if (value === null) this.#tags[i] = NULL;
    else if (typeof value === "number") this.#setNumber(i, NUMBER, value);
    else if (value === false) this.#tags[i] = FALSE;
    else if (value === true) this.#tags[i] = TRUE;
    else if (value === MIXED) this.#tags[i] = MIX;
    else if (value instanceof Time) this.#setNumber(i, TIME, value.ms);
    else if (value instanceof Duration) this.#setNumber(i, DURATION, value.ms);
    else {
      this.#tags[i] = REFERENCE;
      this.#references ??= new Array<Value | undefined>(this.#tags.length).fill(undefined);
      this.#references[i] = value;
    }
  }

  grow(size: number): void {
    if (size <= this.#tags.length) return;
    const tags = new Uint8Array(size);
    tags.set(this.#tags);
    this.#tags = tags;
    if (this.#numbers !== undefined) {
      const numbers = new Float64Array(size);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    const references = this.#references;
    if (references !== undefined) while (references.length < size) references.push(undefined);
  }

  #setNumber(i: number, tag: number, x: number): void {
    this.#tags[i] = tag;
    this.#numbers ??= new Float64Array(this.#tags.length);
    this.#numbers[i] = x;
  }
}
