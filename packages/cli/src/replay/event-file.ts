import { basename } from "node:path";
import type { EventData } from "@weir/core";
import { type BadRecord, type EventBatch, readEvents, type Skim } from "@weir/connectors/files";
import { gunzipNode, openFile } from "@weir/connectors/files/node";

/** One event of a file, ready to be pushed. */
export interface FileEvent {
  readonly stream: string;
  readonly event: EventData;
  readonly line: number;
  /** Whether fields were left out of it, because it is not wanted: see `EventFile.takenWhole`. */
  readonly isSkimmed: boolean;
}

/** How the records of a file are read. */
export interface EventFileOptions {
  /** Those that events are to hold, `stream` among them; `null` for all. */
  readonly fields: ReadonlySet<string> | null;
  /** The bytes of the file, inflated; default: what is read from it. */
  readonly source?: AsyncIterable<Uint8Array>;
  /** Tells of events, `stream` among the fields that tell, which are wanted with all of these. */
  readonly skim?: Omit<Skim, "isOwn"> & { isOwn(stream: string, event: EventData): boolean };
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

  constructor(path: string, partition: number, stream: string | null, { fields, skim, source }: EventFileOptions) {
    this.path = path;
    this.partition = partition;
    this.stream = stream ?? streamOf(path);
    const read = readEvents(source ?? this.#counted(openFile(path)), {
      name: path,
      gunzip: gunzipNode,
      fields,
      skim: skim === undefined ? null : { ...skim, isOwn: (event) => skim.isOwn(this.#streamOf(event), event) },
    });
    this.#batches = read[Symbol.asyncIterator]();
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
    const isSkimmed = this.#batch.isSkimmed?.(at) ?? false;
    return { stream: this.#streamOf(event), event, line: this.#batch.lines[at]!, isSkimmed };
  }

  /** The event that was taken last, with all the fields that are wanted. */
  takenWhole(): EventData {
    const at = this.#next - 1;
    const { events, isSkimmed, wholeOf } = this.#batch;
    return isSkimmed?.(at) === true && wholeOf !== undefined ? wholeOf(at) : events[at]!;
  }

  /** The record of the event that was taken last, as it stands in the file; `null` where the event holds all of it. */
  lastText(): string | null {
    return this.#batch.textOf?.(this.#next - 1) ?? null;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  #streamOf(event: EventData): string {
    const named = event["stream"];
    return typeof named === "string" ? named : this.stream;
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
