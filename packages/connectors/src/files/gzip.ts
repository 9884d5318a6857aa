import { ReadError } from "./read-error.ts";

/** Inflates a gzip file; what could be inflated is delivered before a `ReadError` says that the rest cannot. */
export type Gunzip = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export function isGzip(head: Uint8Array): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Inflates with the web's `DecompressionStream`, which browsers and Node.js have.
 *
 * Errors  `truncated-gzip`, `damaged-gzip`. A file of several gzip members put together is damaged to a browser.
 */
export async function* gunzipWeb(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const out: Uint8Array[] = [];
  // Read on without being asked: a stream that fails throws away what nobody has read yet.
  const reading = collect(stream.readable, out);
  reading.catch(() => {});
  writer.closed.catch(() => {});
  try {
    for await (const chunk of source) {
      try {
        await writer.write(new Uint8Array(chunk));
      } catch (error) {
        yield* out.splice(0);
        throw damagedGzip(error);
      }
      yield* out.splice(0);
    }
    const failure = await writer.close().then(
      () => reading.then(() => null),
      (error: unknown) => (isEarlyEnd(error) ? truncatedGzip(error) : damagedGzip(error)),
    );
    yield* out.splice(0);
    if (failure !== null) throw failure;
  } finally {
    await writer.abort().catch(() => {});
  }
}

export function damagedGzip(cause: unknown): ReadError {
  return new ReadError("damaged-gzip", "the gzip data is damaged: nothing behind this place can be read", {
    hint: "`gzip -t FILE` tests a file; make or copy it anew",
    cause,
  });
}

export function truncatedGzip(cause: unknown): ReadError {
  return new ReadError("truncated-gzip", "the gzip data ends too early: the file was cut off", {
    hint: "`gzip -t FILE` tests a file; make or copy it anew",
    cause,
  });
}

/** Whether the data ended too early: Node has a code for it, browsers have a message. */
export function isEarlyEnd(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isBufferError = "code" in error && error.code === "Z_BUF_ERROR";
  return isBufferError || /truncated|unexpected end|early/i.test(error.message) || isEarlyEnd(error.cause);
}

async function collect(readable: ReadableStream<Uint8Array>, out: Uint8Array[]): Promise<void> {
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    out.push(value);
  }
}
