import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { once } from "node:events";
import { damagedGzip, isEarlyEnd, isGzip, truncatedGzip } from "./gzip.ts";
import { peek } from "./peek.ts";
import { ReadError } from "./read-error.ts";

const chunkBytes = 256 * 1024;
/** Of what goes from one thread to others: each chunk costs them some messages. */
const sharedChunkBytes = 1024 * 1024;

/**
 * The bytes of a file; of standard input where `path` is `-`.
 *
 * Errors  `ReadError` with `cannot-open` or `cannot-read`.
 */
export function openFile(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  return chunksOf(path, chunkBytes);
}

async function* chunksOf(path: string, bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = path === "-" ? process.stdin : createReadStream(path, { highWaterMark: bytes });
  let opened = path === "-";
  try {
    for await (const chunk of stream) {
      opened = true;
      yield chunk as Uint8Array;
    }
  } catch (error) {
    const shown = path === "-" ? "standard input" : `\`${path}\``;
    const code = opened ? "cannot-read" : "cannot-open";
    throw new ReadError(code, `cannot ${opened ? "read" : "open"} ${shown}: ${systemMessage(error)}`, { cause: error });
  }
}

/**
 * The bytes of a file for several threads, in larger chunks, inflated where it is gzip. `onRead` is told how many bytes were read of the file itself.
 *
 * Errors  those of `openFile` and `gunzipNode`.
 */
export async function* openPlainFile(
  path: string,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { head, whole } = await peek(counted(chunksOf(path, sharedChunkBytes), onRead), 2);
  yield* isGzip(head) ? gunzipNode(whole) : whole;
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    onRead(chunk.length);
    yield chunk;
  }
}

/**
 * Inflates with Node's zlib, several gzip members put together too.
 *
 * Errors  `truncated-gzip`, `damaged-gzip`, after what could be inflated.
 */
export async function* gunzipNode(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  const out: Uint8Array[] = [];
  let failure: Error | null = null;
  const failed = new Promise<void>((done) => gunzip.once("close", done));
  // Taken as it comes: a stream that fails throws away what nobody has read yet.
  gunzip.on("data", (chunk: Uint8Array) => out.push(chunk));
  gunzip.on("error", (error) => (failure = error));
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const written = new Promise<void>((done) => gunzip.write(chunk.subarray(at, at + pieceBytes), () => done()));
        // A write that fails is never answered.
        await Promise.race([written, failed]);
        yield* out.splice(0);
        if (failure !== null) throw damagedGzip(failure);
      }
    }
    gunzip.end();
    await once(gunzip, "end").catch(() => {});
    yield* out.splice(0);
    if (failure !== null) throw isEarlyEnd(failure) ? truncatedGzip(failure) : damagedGzip(failure);
  } finally {
    gunzip.destroy();
  }
}

/** Little enough that what it inflates to, a thousandfold at most, fits into memory. */
const pieceBytes = 64 * 1024;

function systemMessage(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "access is denied";
    case "EISDIR":
      return "it is a folder";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
