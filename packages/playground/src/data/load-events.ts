import { type FileFormat, readEvents } from "@weir/connectors/files";
import { EventStore } from "./event-store.ts";

/** Where events come from, and how to read them. */
export interface DataSource {
  readonly blob: Blob;
  readonly name: string;
  /** The stream of events that name none. */
  readonly stream: string;
  /** `null`: what the name tells, else the first bytes. */
  readonly format: FileFormat | null;
}

export interface LoadOptions {
  /** No more events than this are read. */
  readonly limit: number;
  readonly onProgress: (bytesRead: number) => void;
  /** Asked between batches; lets others run when they should. */
  readonly pause?: () => Promise<void>;
}

export interface Loaded {
  readonly store: EventStore;
  /** Why the file could not be read to its end. */
  readonly error: { readonly message: string; readonly hint: string | null } | null;
  /** Whether there is more than `limit`. */
  readonly cut: boolean;
}

/** Reads events of a file into columns; what can be read before an error is kept. */
export async function loadEvents(source: DataSource, { limit, onProgress, pause }: LoadOptions): Promise<Loaded> {
  const store = new EventStore();
  let error: Loaded["error"] = null;
  let cut = false;
  try {
    const bytes = counted(source.blob.stream(), onProgress);
    const options = source.format === null ? { name: source.name } : { name: source.name, format: source.format };
    reading: for await (const batch of readEvents(bytes, options)) {
      for (const { line, reason, text, records } of batch.bad) store.addBad({ line, reason, text }, records);
      for (let i = 0; i < batch.events.length; i++) {
        if (store.length >= limit) {
          cut = true;
          break reading;
        }
        store.add(batch.events[i]!, batch.lines[i]!, source.stream);
      }
      await pause?.();
    }
  } catch (problem) {
    const hint = problem instanceof Error && "hint" in problem ? problem.hint : null;
    error = {
      message: problem instanceof Error ? problem.message : String(problem),
      hint: typeof hint === "string" ? hint : null,
    };
  }
  return { store, error, cut };
}

const pieceBytes = 65_536;

async function* counted(
  stream: ReadableStream<Uint8Array>,
  onProgress: (bytesRead: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let read = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // What is read of a file at once may be megabytes: too much to take apart without looking up.
      for (let from = 0; from < value.length; from += pieceBytes) {
        const piece = value.subarray(from, from + pieceBytes);
        read += piece.length;
        onProgress(read);
        yield piece;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
