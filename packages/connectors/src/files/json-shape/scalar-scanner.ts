import { MAX_POOLED_LENGTH, StringPool } from "../string-pool.ts";

/** What `value` gives where the bytes are no plain value: the line has to be read in another way. */
export const notPlain: unique symbol = Symbol("not plain");

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const firstPrintable = 0x20;
const lastAscii = 0x7e;

/** Powers of ten that are exact in a double: of two exact numbers one division rounds as it should. */
const mostDecimals = 22;
const powersOfTen = Float64Array.from({ length: mostDecimals + 1 }, (_, n) => Number(`1e${n}`));

/**
 * Reads JSON values without structure from bytes: text of printable ASCII without escapes, numbers without an exponent whose
 * digits are a safe integer, TRUE, FALSE, NULL. Anything else is `notPlain`, never guessed.
 *
 * The bytes end in a byte that belongs to no value, such as a newline: there is no test for the end.
 */
export class ScalarScanner {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where to read; behind the value after a call. */
  at: number = 0;
  readonly #pool = new StringPool();

  value(): string | number | boolean | null | typeof notPlain {
    const first = this.bytes[this.at]!;
    if (first === quote) return this.#text();
    if (first === minus || (first >= zero && first <= nine)) return this.#number();
    return this.#word();
  }

  /** Whether there is a plain value, which is passed over. */
  skip(): boolean {
    return this.bytes[this.at] === quote ? this.#endOfText() !== -1 : this.value() !== notPlain;
  }

  #text(): string | typeof notPlain {
    const { bytes } = this;
    const start = this.at + 1;
    let at = start;
    let hash = 0;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === quote) break;
      if (byte < firstPrintable || byte > lastAscii || byte === backslash) return notPlain;
      hash = (Math.imul(hash, 31) + byte) | 0;
      at++;
      if (at - start > MAX_POOLED_LENGTH) return this.#longText(start);
    }
    this.at = at + 1;
    return this.#pool.text(bytes, start, at, hash);
  }

  #longText(start: number): string | typeof notPlain {
    const end = this.#endOfText();
    return end === -1 ? notPlain : ascii.decode(this.bytes.subarray(start, end));
  }

  /** Where the closing quote stands; −1 where the text is not plain. */
  #endOfText(): number {
    const { bytes } = this;
    for (let at = this.at + 1; ; at++) {
      const byte = bytes[at]!;
      if (byte === quote) {
        this.at = at + 1;
        return at;
      }
      if (byte < firstPrintable || byte > lastAscii || byte === backslash) return -1;
    }
  }

  #number(): number | typeof notPlain {
    const { bytes } = this;
    let { at } = this;
    const negative = bytes[at] === minus;
    if (negative) at++;
    const start = at;
    let digits = 0;
    let byte = bytes[at]!;
    for (; byte >= zero && byte <= nine; byte = bytes[++at]!) digits = digits * 10 + (byte - zero);
    const whole = at - start;
    // JSON allows no leading zero.
    if (whole === 0 || (whole > 1 && bytes[start] === zero)) return notPlain;
    let decimals = 0;
    if (byte === point) {
      const from = ++at;
      for (byte = bytes[at]!; byte >= zero && byte <= nine; byte = bytes[++at]!) digits = digits * 10 + (byte - zero);
      decimals = at - from;
      if (decimals === 0 || decimals > mostDecimals) return notPlain;
    }
    if (digits > Number.MAX_SAFE_INTEGER) return notPlain;
    // What follows is looked at by whoever asked: an exponent is no separator.
    this.at = at;
    const value = decimals === 0 ? digits : digits / powersOfTen[decimals]!;
    return negative ? -value : value;
  }

  #word(): boolean | null | typeof notPlain {
    const { bytes, at } = this;
    for (const { letters, value } of words) {
      if (!letters.every((letter, i) => bytes[at + i] === letter)) continue;
      this.at = at + letters.length;
      return value;
    }
    return notPlain;
  }
}

function bytesOf(word: string): readonly number[] {
  return Array.from(word, (letter) => letter.charCodeAt(0));
}

const ascii = new TextDecoder();
const words = [
  { letters: bytesOf("true"), value: true },
  { letters: bytesOf("false"), value: false },
  { letters: bytesOf("null"), value: null },
] as const;
