import { basename } from "node:path";
import type { EventData } from "@weir/core";
import { type BadRecord, type EventBatch, readEvents } from "@weir/connectors/files";
import { gunzipNode, openFile } from "@weir/connectors/files/node";

/** One event of a file, ready to be pushed. */
export interface FileEvent {
  readonly stream: string;
  readonly event: EventData;
  readonly line: number;
}

/** An event file that is being read: one partition of the engine's input. */
export class EventFile {
  readonly path: string;
  readonly partition: number;
  /** The stream of events that name none. */
  readonly stream: string;
  bytesRead = 0;
  readonly #batches: AsyncIterator<EventBatch>;
  #batch: EventBatch = { events: [], lines: [], bad: [] };
  #next = 0;
  #nextBad = 0;

  /** `fields`: those that events are to hold, `stream` among them; `null` for all. */
  constructor(path: string, partition: number, stream: string | null, fields: ReadonlySet<string> | null) {
    this.path = path;
    this.partition = partition;
    this.stream = stream ?? streamOf(path);
    this.#batches = readEvents(this.#counted(openFile(path)), { name: path, gunzip: gunzipNode, fields })[
      Symbol.asyncIterator
    ]();
  }

  /** How the file is named in messages. */
  get name(): string {
    return this.path === "-" ? "<stdin>" : this.path;
  }

  /** Reads the next batch; `false` at the end. Throws what the reader throws. */
  async load(): Promise<boolean> {
    const next = await this.#batches.next();
    if (next.done === true) return false;
    this.#batch = next.value;
    this.#next = 0;
    this.#nextBad = 0;
    return true;
  }

  /** The next bad record of the batch, where it stands before the next event. */
  takeBad(): BadRecord | null {
    const bad = this.#batch.bad[this.#nextBad];
    if (bad === undefined || bad.line > (this.#batch.lines[this.#next] ?? Infinity)) return null;
    this.#nextBad++;
    return bad;
  }

  /** The next event of the batch; `null` where another has to be loaded. */
  take(): FileEvent | null {
    const at = this.#next;
    if (at >= this.#batch.events.length) return null;
    this.#next++;
    const event = this.#batch.events[at]!;
    const named = event["stream"];
    return { stream: typeof named === "string" ? named : this.stream, event, line: this.#batch.lines[at]! };
  }

  /** The record of the event that was taken last, as it stands in the file; `null` where the event holds all of it. */
  lastText(): string | null {
    return this.#batch.textOf?.(this.#next - 1) ?? null;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  async *#counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      this.bytesRead += chunk.length;
      yield chunk;
    }
  }
}

/** `data/payments.2026-01.ndjson.gz` holds the stream `payments`, standard input the stream `stdin`. */
export function streamOf(path: string): string {
  if (path === "-") return "stdin";
  const name = basename(path);
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
}
