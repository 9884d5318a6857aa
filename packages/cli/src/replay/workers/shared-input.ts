import { openPlainFile } from "@weir/connectors/files/node";
import { ReadError } from "@weir/connectors/files";
import type { Chunk } from "./worker-messages.ts";

/** Chunks of a file that a worker may be ahead of the slowest. */
const mostAhead = 8;

/** Answers a worker that wants the next chunk of a file. */
export type SendChunk = (worker: number, chunk: Chunk) => void;

/**
 * The event files of a replay, read and inflated once for all workers: each gets the chunks of a file one after the other, in memory that
 * all see.
 *
 * State   of each file the chunks that some worker has not had yet, a few at most.
 */
export class SharedInput {
  readonly #files: readonly SharedFile[];

  constructor(paths: readonly string[], workers: number, send: SendChunk) {
    this.#files = paths.map((path, file) => new SharedFile(path, file, workers, send));
  }

  /** Of the files as they are stored. */
  get bytesRead(): number {
    return this.#files.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  /** A worker wants the next chunk of a file. Throws what reading throws but for a `ReadError`, which the workers are told. */
  async want(worker: number, file: number): Promise<void> {
    await this.#files[file]!.want(worker);
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }
}

class SharedFile {
  readonly #file: number;
  readonly #send: SendChunk;
  readonly #bytes: AsyncGenerator<Uint8Array, void, undefined>;
  /** The chunks from the `#first`-th on. */
  readonly #chunks: Chunk[] = [];
  #first = 0;
  /** How many chunks each worker has had, and how many it wants more. */
  readonly #had: number[];
  readonly #wanted: number[];
  #isReading = false;
  #isDone = false;
  bytesRead = 0;

  constructor(path: string, file: number, workers: number, send: SendChunk) {
    this.#file = file;
    this.#send = send;
    this.#bytes = openPlainFile(path, (bytes) => (this.bytesRead += bytes));
    this.#had = new Array<number>(workers).fill(0);
    this.#wanted = new Array<number>(workers).fill(0);
  }

  async want(worker: number): Promise<void> {
    this.#wanted[worker]!++;
    this.#serve();
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      // The slowest can always be served: what it wants next is kept, or the next to be read.
      while (!this.#isDone && this.#isWaitedFor && this.#chunks.length < mostAhead) {
        this.#chunks.push(await this.#read());
        this.#serve();
      }
    } finally {
      this.#isReading = false;
    }
  }

  async close(): Promise<void> {
    await this.#bytes.return();
  }

  get #isWaitedFor(): boolean {
    return this.#wanted.some((wanted) => wanted > 0);
  }

  async #read(): Promise<Chunk> {
    try {
      const next = await this.#bytes.next();
      this.#isDone = next.done === true;
      return { kind: "chunk", file: this.#file, bytes: next.done === true ? null : shared(next.value), error: null };
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      this.#isDone = true;
      const { code, message, hint } = error;
      return { kind: "chunk", file: this.#file, bytes: null, error: { code, message, hint } };
    }
  }

  #serve(): void {
    for (const [worker, wanted] of this.#wanted.entries()) {
      for (let left = wanted; left > 0; left--) {
        const chunk = this.#chunks[this.#had[worker]! - this.#first];
        if (chunk === undefined) break;
        this.#had[worker]!++;
        this.#wanted[worker]!--;
        this.#send(worker, chunk);
      }
    }
    const slowest = Math.min(...this.#had);
    this.#chunks.splice(0, slowest - this.#first);
    this.#first = slowest;
  }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
