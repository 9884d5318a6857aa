import type { Readable } from "node:stream";
import { AbstractMessageReader, type DataCallback, type Disposable } from "vscode-languageserver/node";

const MAX_BODY_BYTES = 64 * 1_048_576;
const MAX_HEADER_BYTES = 8_192;
const HEADER_END = "\r\n\r\n";

/**
 * Reads the messages of the protocol from a stream, each behind a header with its length.
 *
 * Errors  what is no header is skipped, and what is no JSON too: reading goes on behind it. A message of more than 64 MiB is
 *         not kept.
 */
export class MessageReader extends AbstractMessageReader {
  readonly #stream: Readable;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes that must be there before there is anything to do. */
  #needed = 1;
  /** Bytes of a message that is too long, still to come. */
  #skip = 0;
  /** Of the body that is being read; `null`: a header comes next. */
  #body: number | null = null;

  constructor(stream: Readable) {
    super();
    this.#stream = stream;
  }

  override listen(callback: DataCallback): Disposable {
    const take = (data: Buffer): void => this.#take(data, callback);
    const fail = (error: Error): void => this.fireError(error);
    const close = (): void => this.fireClose();
    this.#stream.on("data", take).on("error", fail).on("end", close).on("close", close);
    return {
      dispose: () => {
        this.#stream.off("data", take).off("error", fail).off("end", close).off("close", close);
      },
    };
  }

  #take(data: Buffer, callback: DataCallback): void {
    const skipped = Math.min(this.#skip, data.length);
    this.#skip -= skipped;
    this.#chunks.push(skipped === 0 ? data : data.subarray(skipped));
    this.#size += data.length - skipped;
    if (this.#size < this.#needed) return;
    let rest: Buffer = Buffer.concat(this.#chunks, this.#size);
    for (let next = this.#step(rest, callback); next !== null; next = this.#step(rest, callback)) rest = next;
    this.#chunks = [rest];
    this.#size = rest.length;
  }

  /** Takes a header or a body off; `null` where more must come first. */
  #step(bytes: Buffer, callback: DataCallback): Buffer | null {
    if (this.#body === null) return this.#takeHeader(bytes);
    if (bytes.length < this.#body) {
      this.#needed = this.#body;
      return null;
    }
    const body = bytes.toString("utf8", 0, this.#body);
    const rest = bytes.subarray(this.#body);
    this.#body = null;
    this.#needed = 1;
    this.#deliver(body, callback);
    return rest;
  }

  #takeHeader(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf(HEADER_END);
    if (end < 0) {
      // The end of a header may have come in part.
      return bytes.length > MAX_HEADER_BYTES ? bytes.subarray(bytes.length - HEADER_END.length) : null;
    }
    const header = bytes.toString("latin1", Math.max(0, end - MAX_HEADER_BYTES), end);
    const digits = /(?:^|\n)content-length: *(\d{1,15}) *(?:\r|$)/i.exec(header)?.[1];
    const rest = bytes.subarray(end + HEADER_END.length);
    if (digits === undefined) {
      this.fireError(new Error("a header without Content-Length"));
      return rest;
    }
    const length = Number(digits);
    if (length <= MAX_BODY_BYTES) {
      this.#body = length;
      return rest;
    }
    this.fireError(new Error(`a message of ${length} bytes, which is more than ${MAX_BODY_BYTES}`));
    this.#skip = Math.max(0, length - rest.length);
    return rest.subarray(length);
  }

  #deliver(body: string, callback: DataCallback): void {
    let message: unknown;
    try {
      message = JSON.parse(body);
    } catch (error) {
      this.fireError(error instanceof Error ? error : new Error("no JSON"));
      return;
    }
    callback(message as Parameters<DataCallback>[0]);
  }
}
