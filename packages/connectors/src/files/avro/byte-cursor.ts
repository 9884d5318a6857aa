import { MAX_POOLED_LENGTH, type StringPool } from "../string-pool.ts";
import { wordOf } from "../json-shape/words.ts";
import { AvroDataError } from "./avro-data-error.ts";

/** Reads the primitives of Avro's binary encoding from bytes, one after the other. Throws `AvroDataError` past the end. */
export class ByteCursor {
  readonly #pool: StringPool | null;
  #bytes: Uint8Array;
  /** Of all of the buffer that the bytes are a part of. */
  #view: DataView;
  #at: number;

  /** Reads from `at` on; texts come from the pool where there is one. */
  constructor(bytes: Uint8Array, pool: StringPool | null = null, at: number = 0) {
    this.#bytes = bytes;
    this.#pool = pool;
    this.#at = at;
    this.#view = new DataView(bytes.buffer);
  }

  /** Goes on with other bytes, from `at` on. */
  begin(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
    // Records that came together are parts of one buffer.
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
  }

  /** Another cursor over the same bytes, which begins at `at`. */
  from(at: number): ByteCursor {
    return new ByteCursor(this.#bytes, this.#pool, at);
  }

  /** Where the next value begins. */
  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++]!;
  }

  float(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getFloat32(this.#bytes.byteOffset + this.#at - 4, true);
  }

  double(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getFloat64(this.#bytes.byteOffset + this.#at - 8, true);
  }

  /** An int or a long; as text beyond ±2^53, where a double is not exact. */
  long(): number | string {
    const first = this.byte();
    if (first < 0x80) return first % 2 === 0 ? first / 2 : -(first + 1) / 2;
    let value = first & 0x7f;
    let unit = 128;
    // Seven groups of seven bits are exact in a double; longer ones are rare.
    for (let i = 1; i < 7; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      unit *= 128;
    }
    return this.#bigLong(BigInt(value));
  }

  /** A long that counts something. */
  count(): number {
    const value = this.long();
    if (typeof value === "string") throw new AvroDataError(`a length of ${value} is beyond any file`);
    return value;
  }

  bytes(length: number): Uint8Array {
    if (length < 0) throw new AvroDataError(`a length of ${length} is negative`);
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    const length = this.count();
    if (this.#pool === null || length > MAX_POOLED_LENGTH || length < 0) return utf8.decode(this.bytes(length));
    this.#need(length);
    const bytes = this.#bytes;
    const start = this.#at;
    const end = start + length;
    this.#at = end;
    let hash = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte > lastAscii) return utf8.decode(bytes.subarray(start, end));
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    return this.#pool.text(
      bytes,
      start,
      end,
      hash,
      wordOf(bytes, start, length),
      wordOf(bytes, start + 4, length - 4),
      wordOf(bytes, start + 8, length - 8),
    );
  }

  /** Passes over bytes. */
  skip(length: number): void {
    if (length < 0) throw new AvroDataError(`a length of ${length} is negative`);
    this.#need(length);
    this.#at += length;
  }

  #bigLong(low: bigint): number | string {
    let value = low;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value += BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const signed = BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
        const double = Number(signed);
        return Number.isSafeInteger(double) ? double : signed.toString();
      }
    }
    throw new AvroDataError("a number is longer than 64 bits");
  }

  #need(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new AvroDataError("the record ends too early");
  }
}

const lastAscii = 0x7f;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
