import { crc32 } from "node:zlib";
import { StateStoreError } from "@weir/core";

/*
 * The chunks of a `PackedEntries` as a file, numbers unsigned and little-endian:
 *
 *   "WEIR2"
 *   per chunk  length: uint32  CRC-32 of the chunk: uint32  chunk
 *   0: uint32  CRC-32 of the lengths: uint32
 */
const magic = Buffer.from("WEIR2");
const headBytes = 8;
/** What is read at a time: large files are never in memory as a whole. */
const pieceBytes = 4 << 20;

export function encodeChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [magic];
  let lengths = 0;
  for (const chunk of chunks) {
    const head = uint32s(chunk.length, crc32(chunk));
    lengths = crc32(head.subarray(0, 4), lengths);
    parts.push(head, chunk);
  }
  parts.push(uint32s(0, lengths));
  return Buffer.concat(parts);
}

/**
 * The chunks of a file of `size` bytes; `read` gives so many of them from a place on, or fewer where the file ends. Throws `damaged`
 * for what `encodeChunks` did not write.
 */
export async function* decodeChunks(
  file: string,
  size: number,
  read: (from: number, bytes: number) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  let piece: Buffer = Buffer.alloc(0);
  let pieceAt = 0;
  /** So many bytes from `at` on, of a piece that was read together with what follows. */
  const take = async (bytes: number): Promise<Buffer> => {
    if (at + bytes > size) throw damaged(file);
    if (at < pieceAt || at + bytes > pieceAt + piece.length) {
      const some = await read(at, Math.min(Math.max(bytes, pieceBytes), size - at));
      piece = Buffer.from(some.buffer, some.byteOffset, some.byteLength);
      pieceAt = at;
      if (piece.length < bytes) throw damaged(file);
    }
    at += bytes;
    return piece.subarray(at - bytes - pieceAt, at - pieceAt);
  };
  const start = await take(Math.min(size, magic.length));
  if (!start.equals(magic)) throw damaged(file, start.toString("latin1", 0, 4) === "WEIR");
  let lengths = 0;
  for (;;) {
    const head = await take(headBytes);
    const length = head.readUInt32LE(0);
    const sum = head.readUInt32LE(4);
    if (length === 0) {
      if (sum !== lengths || at !== size) throw damaged(file);
      return;
    }
    lengths = crc32(head.subarray(0, 4), lengths);
    const chunk = await take(length);
    if (crc32(chunk) !== sum) throw damaged(file);
    yield chunk;
  }
}

function damaged(file: string, ofOtherVersion = false): StateStoreError {
  return new StateStoreError(
    ofOtherVersion ? `the state file ${file} is of another version` : `the state file ${file} is damaged`,
    {
      kind: "damaged",
      hint: "restore the folder from a backup, or remove the task's folder to begin with empty state",
    },
  );
}

function uint32s(a: number, b: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(a, 0);
  bytes.writeUInt32LE(b, 4);
  return bytes;
}
