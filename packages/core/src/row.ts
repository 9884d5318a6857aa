import type { Value } from "./value.ts";

/** An event as an object of the host: parsed JSON, or the like. */
export type EventData = Readonly<Record<string, unknown>>;

/** An event inside the engine. */
export interface Row {
  /** Event time, epoch milliseconds, whole. */
  readonly time: number;
  /** Position in the order of arrival, over all partitions. */
  readonly seq: number;
  readonly stream: string;
  /** The field that gave the time and reads as TIME; `null` for arrival time and derived events. */
  readonly timeField: string | null;
  /** Plain object whose own fields are read; of a declared stream, with fields of another type already NULL. */
  readonly data: Readonly<Record<string, Value | undefined>>;
  /** What the host pushed, for explanations. */
  readonly raw: EventData;
}

/** What the rows of a stream have in common whose events need nothing converted. */
export interface RowSource {
  readonly stream: string;
  /** The field of the time. */
  readonly timeField: string;
}

/** The row of an event that is as its stream declares. */
export function plainRow({ stream, timeField }: RowSource, time: number, seq: number, event: EventData): Row {
  return { time, seq, stream, timeField, data: event as Row["data"], raw: event };
}
