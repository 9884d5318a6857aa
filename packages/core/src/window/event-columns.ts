import type { AggregateName } from "../plan.ts";

/** Bytes of the time of an event, in windows by time. */
export const TIME_BYTES = 8;

/** What an aggregate reads of each event of a window that events leave, beside its time. */
export interface EventColumn {
  /** Aggregates of one argument that read the same kind share a column. */
  readonly kind: "argument" | "ids" | "registers" | "counted";
  readonly bytes: number;
}

/** `null` where an aggregate reads nothing of events that are past: its own state tells all. */
export function eventColumn(fn: AggregateName, distinct: boolean, hasArgument: boolean): EventColumn | null {
  if (!hasArgument) return null;
  switch (fn) {
    case "COUNT":
      return distinct ? { kind: "ids", bytes: 4 } : { kind: "counted", bytes: 1 };
    case "APPROX_DISTINCT":
      return { kind: "registers", bytes: 4 };
    case "RATE":
    case "MIN":
    case "MAX":
    case "LAST":
      return null;
    default:
      return { kind: "argument", bytes: 8 };
  }
}
