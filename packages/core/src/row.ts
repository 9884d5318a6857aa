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
