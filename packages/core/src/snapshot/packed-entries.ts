import { ByteReader, ByteWriter } from "./bytes.ts";
import type { EngineStateEntry } from "./state-entry.ts";

/**
 * Entries in few pieces of memory, which stores keep or send as they are: an object, a text and a view for each of many entries would
 * cost more than the entries.
 *
 *   per entry  bytes of its name: uint32  bytes of its value, or 0xffffffff of one that is gone: uint32  name  value
 *
 * Numbers are little-endian, names printable ASCII. A name is there once.
 */
export interface PackedEntries {
  /** Of a bounded size each, so that applying one never takes long: no entry is cut, and one larger than a chunk is one by itself. */
  readonly chunks: readonly Uint8Array[];
  /** Entries that are written. */
  readonly written: number;
  /** Entries that are gone. */
  readonly gone: number;
  /** Bytes of the values that are written. */
  readonly bytes: number;
}

/** An entry that is written, or with no value one that is gone. */
export interface PackedEntry {
  readonly name: string;
  readonly value: Uint8Array | null;
}

const chunkEntries = 1000;
const chunkBytes = 512 * 1024;
const isGone = 0xffff_ffff;
const headBytes = 8;

/** Packs entries one by one: `begin`, the name to `out`, `beginValue`, the value to `out`, `end`. */
export class EntryPacker {
  readonly out: ByteWriter;
  readonly #ends: number[] = [];
  #chunk = 0;
  #inChunk = 0;
  #entry = 0;
  #value = 0;
  #written = 0;
  #gone = 0;
  #bytes = 0;

  /** `room`: about how many bytes there will be. */
  constructor(room: number = 1024) {
    this.out = new ByteWriter(room);
  }

  begin(): void {
    this.#entry = this.out.length;
    this.out.skip(headBytes);
  }

  beginValue(): void {
    this.#value = this.out.length;
  }

  end(): void {
    const bytes = this.out.length - this.#value;
    this.#written++;
    this.#bytes += bytes;
    this.#close(this.#value, bytes);
  }

  /** In place of `beginValue` and what follows: the entry is gone. */
  endGone(): void {
    this.#gone++;
    this.#close(this.out.length, isGone);
  }

  finish(): PackedEntries {
    if (this.out.length > this.#chunk) this.#cut(this.out.length);
    const bytes = this.out.bytes();
    const chunks = this.#ends.map((end, i) => bytes.subarray(i === 0 ? 0 : this.#ends[i - 1]!, end));
    return { chunks, written: this.#written, gone: this.#gone, bytes: this.#bytes };
  }

  #close(nameEnd: number, valueBytes: number): void {
    const { out } = this;
    out.setUint32(this.#entry, nameEnd - this.#entry - headBytes);
    out.setUint32(this.#entry + 4, valueBytes);
    if (out.length - this.#chunk > chunkBytes && this.#entry > this.#chunk) this.#cut(this.#entry);
    if (++this.#inChunk === chunkEntries) this.#cut(out.length);
  }

  #cut(end: number): void {
    this.#ends.push(end);
    this.#chunk = end;
    this.#inChunk = 0;
  }
}

/** Packs entries that are there as such. Throws `RangeError` for a name that is not printable ASCII. */
export function packEntries(written: Iterable<EngineStateEntry>, gone: Iterable<string> = []): PackedEntries {
  const packer = new EntryPacker();
  for (const name of gone) {
    packer.begin();
    writeName(packer.out, name);
    packer.endGone();
  }
  for (const { name, value } of written) {
    packer.begin();
    writeName(packer.out, name);
    packer.beginValue();
    packer.out.raw(value);
    packer.end();
  }
  return packer.finish();
}

/** The entries one by one; values are views of the chunks. Throws `SnapshotFormatError` for bytes that are no chunk. */
export function* unpackEntries({ chunks }: Pick<PackedEntries, "chunks">): Generator<PackedEntry> {
  for (const chunk of chunks) {
    const input = new ByteReader(chunk);
    while (!input.atEnd) {
      const nameBytes = input.int32() >>> 0;
      const valueBytes = input.int32() >>> 0;
      const name = input.narrow(nameBytes);
      yield { name, value: valueBytes === isGone ? null : input.raw(valueBytes) };
    }
  }
}

function writeName(out: ByteWriter, name: string): void {
  if (!out.printable(name)) throw new RangeError("the name of an entry is not printable ASCII");
}
