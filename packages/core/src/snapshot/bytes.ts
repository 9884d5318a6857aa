import { Duration, Time, type Value, type ValueObject } from "../value.ts";

/** Texts up to this length are made a few characters at a time. */
const LONG_TEXT = 64;

/** Appends numbers, texts and values to a growing buffer; `ByteReader` reads them back in the same order. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** `room`: about how many bytes there will be. */
  constructor(room: number = 1024) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** A whole number from 0 to 2^53 − 1, in 1 to 8 bytes. */
  uint(n: number): void {
    if (this.#length + 8 > this.#bytes.length) this.reserve(8);
    while (n >= 0x80) {
      this.#bytes[this.#length++] = (n % 0x80) | 0x80;
      n = Math.floor(n / 0x80);
    }
    this.#bytes[this.#length++] = n;
  }

  /** The low 32 bits of a whole number, in 4 bytes: faster than `uint`, whose numbers are mostly small. */
  int32(n: number): void {
    if (this.#length + 4 > this.#bytes.length) this.reserve(4);
    this.#view.setInt32(this.#length, n, true);
    this.#length += 4;
  }

  float(x: number): void {
    if (this.#length + 8 > this.#bytes.length) this.reserve(8);
    this.#view.setFloat64(this.#length, x, true);
    this.#length += 8;
  }

  boolean(b: boolean): void {
    this.uint(b ? 1 : 0);
  }

  /** UTF-16 units as they are, so that a lone surrogate survives: a byte each where that does, else two. */
  text(s: string): void {
    const start = this.#length;
    const { length } = s;
    this.uint(2 * length);
    if (this.#length + 2 * length > this.#bytes.length) this.reserve(2 * length);
    const bytes = this.#bytes;
    const at = this.#length;
    for (let i = 0; i < length; i++) {
      const unit = s.charCodeAt(i);
      if (unit > 0xff) {
        this.#length = start;
        this.#wideText(s);
        return;
      }
      bytes[at + i] = unit;
    }
    this.#length = at + length;
  }

  /**
   * The characters of a text without its length, where all are printable ASCII, and with `asWord` neither spaces nor backslashes; else
   * nothing is written, and it gives `false`.
   */
  printable(s: string, asWord: boolean = false): boolean {
    const { length } = s;
    if (this.#length + length > this.#bytes.length) this.reserve(length);
    const bytes = this.#bytes;
    const at = this.#length;
    for (let i = 0; i < length; i++) {
      const unit = s.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || (asWord && (unit === 0x20 || unit === 0x5c))) return false;
      bytes[at + i] = unit;
    }
    this.#length = at + length;
    return true;
  }

  /** Leaves so many bytes for `setUint32`. */
  skip(bytes: number): void {
    if (this.#length + bytes > this.#bytes.length) this.reserve(bytes);
    this.#length += bytes;
  }

  setUint32(at: number, n: number): void {
    this.#view.setUint32(at, n, true);
  }

  /** Takes back what was written from a place on. */
  rewind(length: number): void {
    this.#length = length;
  }

  /** Begins a block, whose length is written before it; gives what `endBlock` takes. */
  beginBlock(): number {
    if (this.#length === this.#bytes.length) this.reserve(1);
    return this.#length++;
  }

  endBlock(start: number): void {
    const length = this.#length - start - 1;
    if (length < 0x80) {
      this.#bytes[start] = length;
      return;
    }
    let bytes = 1;
    for (let n = length; n >= 0x80; n = Math.floor(n / 0x80)) bytes++;
    this.reserve(bytes);
    this.#bytes.copyWithin(start + bytes, start + 1, this.#length);
    this.#length = start;
    this.uint(length);
    this.#length += length;
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  value(v: Value): void {
    if (v === null) this.uint(0);
    else if (v === false) this.uint(1);
    else if (v === true) this.uint(2);
    else if (typeof v === "number") {
      this.uint(3);
      this.float(v);
    } else if (typeof v === "string") {
      this.uint(4);
      this.text(v);
    } else if (v instanceof Time) {
      this.uint(5);
      this.float(v.ms);
    } else if (v instanceof Duration) {
      this.uint(6);
      this.float(v.ms);
    } else if (Array.isArray(v)) {
      this.uint(7);
      this.uint(v.length);
      for (const item of v as readonly Value[]) this.value(item);
    } else {
      const fields = v as ValueObject;
      const names = Object.keys(fields);
      this.uint(8);
      this.uint(names.length);
      for (const name of names) {
        this.text(name);
        this.value(fields[name]!);
      }
    }
  }

  /** What was written: a view of the buffer where that is nearly full, else a copy. Nothing is to be written afterwards. */
  bytes(): Uint8Array {
    const { length } = this.#bytes;
    return length - this.#length <= length / 8
      ? this.#bytes.subarray(0, this.#length)
      : this.#bytes.slice(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** Begins again with nothing. */
  clear(): void {
    this.#length = 0;
  }

  /** Whether these bytes are what was written. */
  equals(bytes: Uint8Array): boolean {
    if (bytes.length !== this.#length) return false;
    for (let i = 0; i < this.#length; i++) if (bytes[i] !== this.#bytes[i]) return false;
    return true;
  }

  #wideText(s: string): void {
    this.uint(2 * s.length + 1);
    for (let i = 0; i < s.length; i++) {
      this.#view.setUint16(this.#length, s.charCodeAt(i), true);
      this.#length += 2;
    }
  }

  /** Makes room for so many bytes more at once. */
  reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Thrown by `ByteReader` where bytes are missing or make no sense. */
export class SnapshotFormatError extends Error {
  override readonly name = "SnapshotFormatError";
}

export class ByteReader {
  #bytes: Uint8Array;
  /** Of all of the memory that the bytes are in, from `#base` on. */
  #view: DataView;
  #base: number;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#base = bytes.byteOffset;
  }

  /** Begins with other bytes: cheaper than another reader, the more so where they are in the same memory. */
  open(bytes: Uint8Array): void {
    this.#bytes = bytes;
    if (bytes.buffer !== this.#view.buffer) this.#view = new DataView(bytes.buffer);
    this.#base = bytes.byteOffset;
    this.#at = 0;
  }

  /** Bytes that are still to be read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  uint(): number {
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < 0x80) {
      this.#at++;
      return first;
    }
    let n = 0;
    let scale = 1;
    for (;;) {
      this.#need(1);
      const byte = this.#bytes[this.#at++]!;
      n += (byte & 0x7f) * scale;
      if (byte < 0x80) return n;
      scale *= 0x80;
      if (scale > Number.MAX_SAFE_INTEGER) throw new SnapshotFormatError("a number is too large");
    }
  }

  int32(): number {
    this.#need(4);
    const n = this.#view.getInt32(this.#base + this.#at, true);
    this.#at += 4;
    return n;
  }

  float(): number {
    this.#need(8);
    const x = this.#view.getFloat64(this.#base + this.#at, true);
    this.#at += 8;
    return x;
  }

  boolean(): boolean {
    return this.uint() === 1;
  }

  text(): string {
    const head = this.uint();
    const length = Math.floor(head / 2);
    if (head % 2 === 0) return this.#narrowText(length);
    this.#need(2 * length);
    let s = "";
    for (let i = 0; i < length; i += 4096) {
      const units: number[] = [];
      for (let k = i; k < Math.min(i + 4096, length); k++) {
        units.push(this.#view.getUint16(this.#base + this.#at + 2 * k, true));
      }
      s += String.fromCharCode(...units);
    }
    this.#at += 2 * length;
    return s;
  }

  /**
   * Reads a value where it is a text that `find` knows, by its bytes, and gives what that gives; else −1, and nothing is read. So a text
   * that is there many times is made once.
   */
  known(find: { findNarrow(bytes: Uint8Array, at: number, length: number): number }): number {
    const start = this.#at;
    if (this.uint() === 4) {
      const head = this.uint();
      const length = Math.floor(head / 2);
      if (head % 2 === 0 && this.#at + length <= this.#bytes.length) {
        const found = find.findNarrow(this.#bytes, this.#at, length);
        if (found !== -1) {
          this.#at += length;
          return found;
        }
      }
    }
    this.#at = start;
    return -1;
  }

  value(): Value {
    const tag = this.uint();
    switch (tag) {
      case 0:
        return null;
      case 1:
        return false;
      case 2:
        return true;
      case 3:
        return this.float();
      case 4:
        return this.text();
      case 5:
        return new Time(this.float());
      case 6:
        return new Duration(this.float());
      case 7: {
        const list: Value[] = [];
        for (let n = this.uint(); n > 0; n--) list.push(this.value());
        return list;
      }
      case 8: {
        const object: Record<string, Value> = {};
        for (let n = this.uint(); n > 0; n--) {
          const name = this.text();
          // `__proto__` must become an own property, not the prototype.
          Object.defineProperty(object, name, {
            value: this.value(),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return object;
      }
      default:
        throw new SnapshotFormatError(`no value has the tag ${tag}`);
    }
  }

  /** So many bytes as the characters of a text. */
  narrow(length: number): string {
    this.#need(length);
    return this.#narrowText(length);
  }

  /** So many bytes, not copied. */
  raw(length: number): Uint8Array {
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Enters a block; gives where it ends. */
  block(): number {
    const length = this.uint();
    this.#need(length);
    return this.#at + length;
  }

  /** The bytes of a block, not copied. */
  blockBytes(): Uint8Array {
    const end = this.block();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  skipTo(end: number): void {
    this.#at = end;
  }

  isAt(end: number): boolean {
    return this.#at === end;
  }

  expectAt(end: number): void {
    if (this.#at !== end) throw new SnapshotFormatError("a block has another length than it says");
  }

  #narrowText(length: number): string {
    this.#need(length);
    const bytes = this.#bytes;
    let at = this.#at;
    this.#at += length;
    const end = this.#at;
    let s = "";
    if (length > LONG_TEXT) {
      for (; at < end; at += 4096) {
        s += String.fromCharCode.apply(null, bytes.subarray(at, Math.min(at + 4096, end)) as unknown as number[]);
      }
      return s;
    }
    for (; end - at > 8; at += 8) s += fewUnits(bytes, at, 8);
    return s.length === 0 ? fewUnits(bytes, at, end - at) : s + fewUnits(bytes, at, end - at);
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw new SnapshotFormatError("the bytes end too early");
  }
}

/** Keys and names are short: handing their bytes over as arguments is several times as fast as by an array. */
function fewUnits(bytes: Uint8Array, at: number, count: number): string {
  switch (count) {
    case 0:
      return "";
    case 1:
      return String.fromCharCode(bytes[at]!);
    case 2:
      return String.fromCharCode(bytes[at]!, bytes[at + 1]!);
    case 3:
      return String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
    case 4:
      return String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
    case 5:
      return String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!);
    case 6:
      return String.fromCharCode(
        bytes[at]!,
        bytes[at + 1]!,
        bytes[at + 2]!,
        bytes[at + 3]!,
        bytes[at + 4]!,
        bytes[at + 5]!,
      );
    case 7:
      return String.fromCharCode(
        bytes[at]!,
        bytes[at + 1]!,
        bytes[at + 2]!,
        bytes[at + 3]!,
        bytes[at + 4]!,
        bytes[at + 5]!,
        bytes[at + 6]!,
      );
    default:
      return String.fromCharCode(
        bytes[at]!,
        bytes[at + 1]!,
        bytes[at + 2]!,
        bytes[at + 3]!,
        bytes[at + 4]!,
        bytes[at + 5]!,
        bytes[at + 6]!,
        bytes[at + 7]!,
      );
  }
}
