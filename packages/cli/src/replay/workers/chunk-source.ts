import { ReadError } from "@weir/connectors/files";
import type { Chunk } from "./worker-messages.ts";

/** Chunks that are asked for before they are needed. */
const asked = 2;

/** The bytes of one event file in a worker, as the main thread sends them. */
export class ChunkSource {
  readonly #want: () => void;
  readonly #chunks: Chunk[] = [];
  #wake: (() => void) | null = null;

  /** `want` asks for the next chunk. */
  constructor(want: () => void) {
    this.#want = want;
  }

  add(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** Throws what ended the reading, after what could be read. */
  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let i = 0; i < asked; i++) this.#want();
    for (;;) {
      const chunk = this.#chunks.shift() ?? (await this.#next());
      if (chunk.error !== null) {
        const { code, message, hint } = chunk.error;
        throw new ReadError(code, message, hint === null ? {} : { hint });
      }
      if (chunk.bytes === null) return;
      this.#want();
      // A copy: not all that takes bytes takes shared ones.
      yield new Uint8Array(chunk.bytes).slice();
    }
  }

  async #next(): Promise<Chunk> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) return chunk;
      await new Promise<void>((wake) => (this.#wake = wake));
    }
  }
}
