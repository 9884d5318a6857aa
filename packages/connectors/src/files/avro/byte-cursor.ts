import { AvroDataError } from "./avro-data-error.ts";

/** Reads the primitives of Avro's binary encoding from bytes, one after the other. Throws `AvroDataError` past the end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    return this.#view.getFloat32(this.#at - 4, true);
  }

  double(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  /** An int or a long; as text beyond ±2^53, where a double is not exact. */
  long(): number | string {
    let value = 0;
    let unit = 1;
    // Seven groups of seven bits are exact in a double; longer ones are rare.
    for (let i = 0; i < 7; i++) {
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
    return utf8.decode(this.bytes(this.count()));
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
    if (count > this.left) throw new AvroDataError("the record ends too early");
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
