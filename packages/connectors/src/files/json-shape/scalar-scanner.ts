import { MAX_POOLED_LENGTH, StringPool } from "../string-pool.ts";
import { firstOf, SLACK, specialBits, wordInView, wordTail } from "./words.ts";

/** What `value` gives where the bytes are no plain value: the line has to be read in another way. */
export const notPlain: unique symbol = Symbol("not plain");

const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;

/** Powers of ten that are exact in a double: of two exact numbers one division rounds as it should. */
const mostDecimals = 22;
const powersOfTen = Float64Array.from({ length: mostDecimals + 1 }, (_, n) => Number(`1e${n}`));
/** So many digits fit into 32 bits, which are counted in faster than doubles. */
const shortDigits = 9;
const longestNumber = 300;

/**
 * Reads JSON values without structure from bytes: text of ASCII without escapes, numbers without an exponent whose
 * digits are a safe integer, TRUE, FALSE, NULL. Anything else is `notPlain`, never guessed.
 *
 * The bytes end in a byte that belongs to no value, such as a newline: there is no test for the end.
 */
export class ScalarScanner {
  bytes: Uint8Array = new Uint8Array(0);
  /** The same bytes and a few behind them, to be read four at a time. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where to read; behind the value after a call. */
  at: number = 0;
  /** Whether the event that was read last holds no more than the fields that told that it is not wanted. */
  isSkimmed: boolean = false;
  readonly #pool = new StringPool();

  /** Sets the bytes; copied where nothing can be read behind them. */
  begin(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes;
    if (byteOffset + length + SLACK <= buffer.byteLength) {
      this.bytes = bytes;
      this.view = new DataView(buffer, byteOffset, length + SLACK);
      return;
    }
    const copy = new Uint8Array(length + SLACK);
    copy.set(bytes);
    this.bytes = copy.subarray(0, length);
    this.view = new DataView(copy.buffer);
  }

  value(): string | number | boolean | null | typeof notPlain {
    const first = this.bytes[this.at]!;
    if (first === quote) return this.#text();
    if (first === minus || (first >= zero && first <= nine)) return this.#number();
    return this.#word();
  }

  /** Whether there is a plain value, which is passed over. */
  skip(): boolean {
    const first = this.bytes[this.at]!;
    if (first === quote) return this.#endOfText() !== -1;
    return first === minus || (first >= zero && first <= nine) ? this.#passNumber() : this.#word() !== notPlain;
  }

  /** Whether there is plain text, or NULL. */
  skipText(): boolean {
    return this.bytes[this.at] === quote ? this.#endOfText() !== -1 : this.skipNull();
  }

  /** Whether there is a number of reasonable length, or NULL. */
  skipNumber(): boolean {
    return this.#passNumber() || this.skipNull();
  }

  /** Whether there is TRUE, FALSE or NULL. */
  skipBoolean(): boolean {
    return this.#word() !== notPlain;
  }

  skipNull(): boolean {
    return this.#word() === null;
  }

  #text(): string | typeof notPlain {
    const { view } = this;
    const start = this.at + 1;
    let at = start;
    let hash = 0;
    for (;;) {
      const word = view.getInt32(at, true);
      const special = specialBits(word);
      if (special !== 0) {
        const count = firstOf(special);
        if (((word >>> (8 * count)) & 0xff) !== quote) return notPlain;
        hash = Math.imul(hash ^ wordTail(word, count), 0x9e3779b1);
        const end = at + count;
        const length = end - start;
        this.at = end + 1;
        return this.#pool.text(
          this.bytes,
          start,
          end,
          hash ^ (hash >>> 15),
          wordInView(view, start, length),
          wordInView(view, start + 4, length - 4),
          wordInView(view, start + 8, length - 8),
        );
      }
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
      at += 4;
      if (at - start > MAX_POOLED_LENGTH) return this.#longText(start);
    }
  }

  #longText(start: number): string | typeof notPlain {
    const end = this.#endOfText();
    return end === -1 ? notPlain : ascii.decode(this.bytes.slice(start, end));
  }

  /** Where the closing quote stands; −1 where the text is not plain. */
  #endOfText(): number {
    const { view } = this;
    for (let at = this.at + 1; ; at += 4) {
      const word = view.getInt32(at, true);
      const special = specialBits(word);
      if (special === 0) continue;
      const count = firstOf(special);
      if (((word >>> (8 * count)) & 0xff) !== quote) return -1;
      this.at = at + count + 1;
      return at + count;
    }
  }

  #number(): number | typeof notPlain {
    const { bytes } = this;
    let { at } = this;
    const negative = bytes[at] === minus;
    if (negative) at++;
    const start = at;
    let short = 0;
    let byte = bytes[at]!;
    while (byte >= zero && byte <= nine && at - start < shortDigits) {
      short = (short * 10 + (byte - zero)) | 0;
      byte = bytes[++at]!;
    }
    let digits = short;
    for (; byte >= zero && byte <= nine; byte = bytes[++at]!) digits = digits * 10 + (byte - zero);
    const whole = at - start;
    // JSON allows no leading zero.
    if (whole === 0 || (whole > 1 && bytes[start] === zero)) return notPlain;
    let decimals = 0;
    if (byte === point) {
      const from = ++at;
      byte = bytes[at]!;
      if (whole < shortDigits) {
        while (byte >= zero && byte <= nine && at - from + whole < shortDigits) {
          short = (short * 10 + (byte - zero)) | 0;
          byte = bytes[++at]!;
        }
        digits = short;
      }
      for (; byte >= zero && byte <= nine; byte = bytes[++at]!) digits = digits * 10 + (byte - zero);
      decimals = at - from;
      if (decimals === 0 || decimals > mostDecimals) return notPlain;
    }
    if (digits > Number.MAX_SAFE_INTEGER) return notPlain;
    // What follows is looked at by whoever asked: an exponent is no separator.
    this.at = at;
    const value = decimals === 0 ? digits : digits / powersOfTen[decimals]!;
    return negative ? -value : value;
  }

  #passNumber(): boolean {
    const { bytes } = this;
    let { at } = this;
    if (bytes[at] === minus) at++;
    const start = at;
    let byte = bytes[at]!;
    while (byte >= zero && byte <= nine) byte = bytes[++at]!;
    if (at === start || (at > start + 1 && bytes[start] === zero)) return false;
    if (byte === point) {
      const from = ++at;
      for (byte = bytes[at]!; byte >= zero && byte <= nine; ) byte = bytes[++at]!;
      if (at === from) return false;
    }
    // Longer ones might be beyond what a double holds.
    if (at - start > longestNumber) return false;
    this.at = at;
    return true;
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
