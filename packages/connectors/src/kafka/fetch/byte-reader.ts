/** Reads numbers and bytes of Kafka's protocol, one after the other. Throws `RangeError` where the bytes end too soon. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  int8(): number {
    return this.bytes.readInt8(this.#pass(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#pass(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#pass(4));
  }

  /** Offsets, times and ids, which are all below 2^53. */
  int64(): number {
    return Number(this.bytes.readBigInt64BE(this.#pass(8)));
  }

  /** A text with its length in two bytes before it. */
  text(): string {
    const length = this.int16();
    const from = this.#pass(Math.max(0, length));
    return this.bytes.toString("utf8", from, this.at);
  }

  /** A list with its length in four bytes before it; what has no length is empty. */
  list<T>(read: () => T): T[] {
    const length = this.int32();
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }

  /** A number in as many bytes as it needs, seven bits each, its sign in the lowest one; exact up to 2^53. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++];
    // Nearly all are of one byte.
    if (byte !== undefined && byte < more) return (byte >>> 1) ^ -(byte & 1);
    let value = 0;
    let unit = 1;
    for (let n = 0; n < maxVarintBytes; n++) {
      if (byte === undefined) throw new RangeError("the bytes end within a number");
      value += (byte & (more - 1)) * unit;
      if (byte < more) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      unit *= more;
      byte = bytes[this.at++];
    }
    throw new RangeError("a number has too many bytes");
  }

  /** Bytes with their length before them; `null` where it is negative. */
  varBytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const from = this.#pass(length);
    return this.bytes.subarray(from, this.at);
  }

  #pass(length: number): number {
    const from = this.at;
    this.at = from + length;
    if (this.at > this.bytes.length) throw new RangeError("the bytes end too soon");
    return from;
  }
}

/** The bit that says that another byte follows. */
const more = 0x80;
const maxVarintBytes = 10;
