import { once } from "node:events";

/**
 * Text for standard output or standard error.
 *
 * Gathers text and writes it in large pieces; `drain` waits for a slow reader. Where the reader went away (`| head`) `closed`
 * turns true, and what is written from then on is dropped.
 */
export interface Output {
  readonly closed: boolean;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Columns of the terminal; `null` where it is none. */
  readonly columns: number | null;
  write(text: string): void;
  /** Writes what was gathered, and waits until little of it is left. */
  drain(): Promise<void>;
}

const pieceLength = 64 * 1024;

export function createOutput(stream: NodeJS.WriteStream): Output {
  return new StreamOutput(stream);
}

class StreamOutput implements Output {
  readonly #stream: NodeJS.WriteStream;
  #parts: string[] = [];
  #length = 0;
  closed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      this.closed = true;
    });
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY;
  }

  get color(): boolean {
    return this.#stream.isTTY && this.#stream.hasColors();
  }

  get columns(): number | null {
    return this.#stream.isTTY ? this.#stream.columns : null;
  }

  write(text: string): void {
    if (this.closed) return;
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length >= pieceLength || this.isTerminal) this.#flush();
  }

  async drain(): Promise<void> {
    this.#flush();
    if (this.closed || !this.#stream.writableNeedDrain) return;
    // A reader that goes away never drains.
    await Promise.race([once(this.#stream, "drain"), once(this.#stream, "close")]).catch(() => {
      this.closed = true;
    });
  }

  #flush(): void {
    if (this.#length === 0 || this.closed) return;
    const text = this.#parts.join("");
    this.#parts = [];
    this.#length = 0;
    this.#stream.write(text);
  }
}
