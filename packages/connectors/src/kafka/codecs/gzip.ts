import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Codec } from "./codec.ts";

const deflate = promisify<Buffer, Buffer>(gzip);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

export function gzipCodec(maxBytes: number): Codec {
  return {
    compress: ({ buffer }) => deflate(buffer),
    decompress: (bytes) => inflate(bytes, { maxOutputLength: maxBytes }),
  };
}
