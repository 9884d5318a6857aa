import { expandSnappy } from "../../files/avro/snappy.ts";
import { type Codec, CodecError } from "./codec.ts";
import { findMatches } from "./matches.ts";

/**
 * Snappy as Kafka's clients write it: blocks in the frame of snappy-java, or one bare block.
 *
 * Source  the format descriptions of Snappy and of snappy-java's SnappyOutputStream.
 */
export function snappyCodec(maxBytes: number): Codec {
  return {
    compress: ({ buffer }) => Promise.resolve(compress(buffer)),
    decompress: async (bytes) => decompress(bytes, maxBytes),
  };
}

// 0x82 `SNAPPY` 0x00, version 1, compatible with version 1.
const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const magic = header.subarray(0, 8);
const blockLength = 32 * 1024;

function compress(input: Buffer): Buffer {
  const parts: Buffer[] = [header];
  for (let at = 0; at < input.length; at += blockLength) {
    const block = compressBlock(input.subarray(at, at + blockLength));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

function decompress(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, magic.length).equals(magic)) return asBuffer(expandSnappy(bytes, maxBytes));
  const parts: Buffer[] = [];
  let left = maxBytes;
  let at = header.length;
  while (at < bytes.length) {
    const end = at + 4 + (at + 4 <= bytes.length ? bytes.readUInt32BE(at) : Infinity);
    if (end > bytes.length) throw new CodecError("a snappy block is cut off");
    const block = asBuffer(expandSnappy(bytes.subarray(at + 4, end), left));
    left -= block.length;
    parts.push(block);
    at = end;
  }
  return Buffer.concat(parts);
}

function compressBlock(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(32 + input.length + Math.ceil(input.length / 6));
  let at = 0;
  let rest = input.length;
  while (rest > 127) {
    output[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  output[at++] = rest;
  findMatches(input, 0, 65_535, (start, end, offset, matched) => {
    const literals = end - start;
    if (literals > 0) {
      // Up to 60 in the tag itself, else in the two bytes after it.
      if (literals <= 60) output[at++] = (literals - 1) << 2;
      else {
        output[at++] = 61 << 2;
        at = output.writeUInt16LE(literals - 1, at);
      }
      at += input.copy(output, at, start, end);
    }
    for (let left = matched; left > 0; ) {
      const length = Math.min(left, 64);
      output[at++] = ((length - 1) << 2) | 2;
      at = output.writeUInt16LE(offset, at);
      left -= length;
    }
  });
  return output.subarray(0, at);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
