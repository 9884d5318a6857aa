import type { EventBatch } from "@weir/connectors/files";

export type Source = string | Uint8Array;

export function bytesOf(source: Source): Uint8Array {
  return typeof source === "string" ? new TextEncoder().encode(source) : source;
}

/** The bytes cut at `cuts` (positions, in any order), as a file would be read. */
export async function* chunked(source: Source, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(source);
  const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) yield bytes.slice(places[i - 1], places[i]);
}

export interface Read {
  readonly events: unknown[];
  readonly lines: number[];
  readonly bad: { line: number; reason: string; text: string; records: number }[];
  /** What ended the reading. */
  readonly error: unknown;
}

/** Everything that a reader delivers, and the error that ended it. */
export async function readAll(batches: AsyncIterable<EventBatch>): Promise<Read> {
  const events: unknown[] = [];
  const lines: number[] = [];
  const bad: Read["bad"] = [];
  try {
    for await (const batch of batches) {
      events.push(...batch.events);
      lines.push(...batch.lines);
      bad.push(...batch.bad);
    }
  } catch (error) {
    return { events, lines, bad, error };
  }
  return { events, lines, bad, error: null };
}
