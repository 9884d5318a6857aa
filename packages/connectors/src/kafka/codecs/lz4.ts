import { type Codec, CodecError, tooLarge } from "./codec.ts";
import { copyBack, findMatches } from "./matches.ts";
import { xxHash32 } from "./xx-hash-32.ts";

/**
 * LZ4 frames, as Kafka's clients write them: independent blocks of 64 KB, no checksum of blocks or content. Reads every frame
 * but those that need a dictionary.
 *
 * Source  the LZ4 frame and block format descriptions.
 */
export function lz4Codec(maxBytes: number): Codec {
  return {
    compress: ({ buffer }) => Promise.resolve(compress(buffer)),
    decompress: async (bytes) => decompress(bytes, maxBytes),
  };
}

const magic = 0x184d2204;
const blockLength = 64 * 1024;
const uncompressed = 0x80000000;

function compress(input: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt32LE(magic);
  // Version 1, independent blocks; blocks of up to 64 KB.
  head[4] = 0x60;
  head[5] = 0x40;
  head[6] = (xxHash32(head.subarray(4, 6)) >>> 8) & 0xff;
  const parts: Buffer[] = [head];
  for (let at = 0; at < input.length; at += blockLength) {
    const raw = input.subarray(at, at + blockLength);
    const packed = compressBlock(raw);
    const smaller = packed.length < raw.length;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(smaller ? packed.length : (raw.length | uncompressed) >>> 0);
    parts.push(length, smaller ? packed : raw);
  }
  parts.push(Buffer.alloc(4));
  return Buffer.concat(parts);
}

function decompress(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== magic) throw new CodecError("this is no LZ4 frame");
  const flags = bytes[4] ?? 0;
  const independent = (flags & 0x20) !== 0;
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  if ((flags & 1) !== 0) throw new CodecError("an LZ4 frame asks for a dictionary");
  let at = 7 + ((flags & 8) !== 0 ? 8 : 0);
  const blocks = new GrowingBuffer(Math.min(maxBytes, bytes.length * 4), maxBytes);
  for (;;) {
    if (at + 4 > bytes.length) throw new CodecError("an LZ4 frame is cut off");
    const word = bytes.readUInt32LE(at);
    at += 4;
    if (word === 0) return blocks.bytes();
    const length = word & ~uncompressed;
    if (at + length > bytes.length) throw new CodecError("an LZ4 frame is cut off");
    const block = bytes.subarray(at, at + length);
    if ((word & uncompressed) !== 0) blocks.append(block);
    else decompressBlock(block, blocks, independent ? blocks.length : 0);
    at += length + blockChecksum;
  }
}

function compressBlock(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(32 + input.length + Math.ceil(input.length / 128));
  let at = 0;
  // The format wants the last five bytes, and the block's last twelve as a start, to be literals.
  findMatches(input, Math.min(12, input.length), 65_535, (start, end, offset, matched) => {
    const literals = end - start;
    const copied = matched - 4;
    output[at++] = (Math.min(literals, 15) << 4) | (matched === 0 ? 0 : Math.min(copied, 15));
    if (literals >= 15) at = writeLength(output, at, literals - 15);
    at += input.copy(output, at, start, end);
    if (matched === 0) return;
    at = output.writeUInt16LE(offset, at);
    if (copied >= 15) at = writeLength(output, at, copied - 15);
  });
  return output.subarray(0, at);
}

function writeLength(output: Buffer, at: number, length: number): number {
  while (length >= 255) {
    output[at++] = 255;
    length -= 255;
  }
  output[at++] = length;
  return at;
}

/** `floor`: how far back copies may reach. */
function decompressBlock(input: Buffer, output: GrowingBuffer, floor: number): void {
  let at = 0;
  const readLength = (short: number): number => {
    let length = short;
    if (short < 15) return length;
    for (;;) {
      const byte = input[at++];
      if (byte === undefined) throw new CodecError("an LZ4 block is cut off");
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < input.length) {
    const token = input[at++] ?? 0;
    const literals = readLength(token >>> 4);
    if (at + literals > input.length) throw new CodecError("an LZ4 block is cut off");
    output.append(input.subarray(at, at + literals));
    at += literals;
    // The last sequence has no copy.
    if (at >= input.length) return;
    if (at + 2 > input.length) throw new CodecError("an LZ4 block is cut off");
    const offset = input.readUInt16LE(at);
    at += 2;
    const length = readLength(token & 15) + 4;
    if (offset === 0 || output.length - offset < floor) throw new CodecError("an LZ4 block is damaged");
    output.repeat(offset, length);
  }
}

/** Bytes of a length not known before, up to a bound. */
class GrowingBuffer {
  #bytes: Buffer;
  readonly #maxBytes: number;
  length = 0;

  constructor(size: number, maxBytes: number) {
    this.#bytes = Buffer.allocUnsafe(size);
    this.#maxBytes = maxBytes;
  }

  append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.length += bytes.copy(this.#bytes, this.length);
  }

  repeat(offset: number, length: number): void {
    this.#reserve(length);
    copyBack(this.#bytes, this.length, offset, length);
    this.length += length;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#maxBytes) throw tooLarge(this.#maxBytes);
    const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.#bytes.length * 2)));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }
}
