import { type BegunHash, beginHash, hashUnits } from "./hash.ts";

interface Beginning {
  readonly units: Uint16Array;
  readonly hash: BegunHash;
}

const quote = 34;
const backslash = 92;
const zero = 48;
/** Whole numbers below this have two halves of seven digits. */
const halves = 1e7;

/** A text that is written to be hashed and is never a string: of its beginning, one of a few, what can be is hashed once and for all. */
export class HashText {
  readonly #beginnings: Beginning[] = [];
  #begun: Beginning = { units: new Uint16Array(0), hash: beginHash(new Uint16Array(0), 0) };
  #units = new Uint16Array(256);
  #length = 0;

  /** Names a text that others begin with. */
  beginning(text: string): number {
    // By index: iterating goes by code points.
    const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    return this.#beginnings.push({ units, hash: beginHash(units, units.length) }) - 1;
  }

  /** Begins a text anew. */
  begin(beginning: number): void {
    const begun = this.#beginnings[beginning]!;
    const { length } = begun.units;
    this.#length = 0;
    this.#makeRoom(length);
    // Whole blocks are not looked at again.
    for (let i = 8 * begun.hash.blocks; i < length; i++) this.#units[i] = begun.units[i]!;
    this.#begun = begun;
    this.#length = length;
  }

  add(text: string): void {
    const { length } = text;
    this.#makeRoom(length);
    for (let i = 0; i < length; i++) this.#units[this.#length + i] = text.charCodeAt(i);
    this.#length += length;
  }

  /** Adds the JSON of a text or number. */
  json(value: string | number): void {
    if (typeof value === "number" || !this.#quoted(value)) this.add(JSON.stringify(value));
  }

  /** Adds `String(n)`; whole numbers are what it is quick at. */
  whole(n: number): void {
    const high = Math.floor(n / halves);
    const low = n - high * halves;
    // Not of a fraction, or of what is below 0 or too large.
    if (!(high < halves && high >= 0 && Number.isInteger(low))) {
      this.add(String(n));
      return;
    }
    this.#makeRoom(14);
    if (high > 0) this.#digits(high, countDigits(high));
    this.#digits(low, high > 0 ? 7 : countDigits(low));
  }

  /** `hash128` of the text. */
  hash(): string {
    return hashUnits(this.#units, this.#length, this.#begun.hash);
  }

  /** Adds a text in quotes, if JSON has all of its units as they are. */
  #quoted(text: string): boolean {
    const { length } = text;
    this.#makeRoom(length + 2);
    const units = this.#units;
    const at = this.#length + 1;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 32 || unit === quote || unit === backslash || (unit >= 0xd800 && unit < 0xe000)) return false;
      units[at + i] = unit;
    }
    units[at - 1] = quote;
    units[at + length] = quote;
    this.#length = at + length + 1;
    return true;
  }

  #digits(n: number, count: number): void {
    let rest = n | 0;
    for (let i = this.#length + count - 1; i >= this.#length; i--) {
      const tens = (rest / 10) | 0;
      this.#units[i] = zero + rest - 10 * tens;
      rest = tens;
    }
    this.#length += count;
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#units.length) return;
    const units = new Uint16Array(2 * (this.#length + more));
    units.set(this.#units);
    this.#units = units;
  }
}

function countDigits(n: number): number {
  let count = 1;
  for (let bound = 10; n >= bound; bound *= 10) count++;
  return count;
}
