import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import type { Codec } from "./codec.ts";

const deflate = promisify<Buffer, Buffer>(zstdCompress);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress);

export function zstdCodec(maxBytes: number): Codec {
  return {
    compress: ({ buffer }) => deflate(buffer),
    decompress: (bytes) => inflate(bytes, { maxOutputLength: maxBytes }),
  };
}
