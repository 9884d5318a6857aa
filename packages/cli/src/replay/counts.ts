import type { EngineStats } from "@weir/core";

/** The counts of a replay, in the order in which `--json` prints them. */
export interface Counts {
  /** Events offered to the rules. */
  readonly events: number;
  readonly late: number;
  /** Events without a usable time, and records that hold no event. */
  readonly bad: number;
  readonly missingKey: number;
  readonly typeMismatch: number;
  readonly limited: number;
  readonly alerts: number;
  readonly suppressed: number;
  readonly pending: number;
}

export function countsOf(stats: EngineStats, badRecords: number): Counts {
  return {
    events: stats.events,
    late: stats.late,
    bad: badRecords,
    missingKey: stats.missingKey,
    typeMismatch: stats.typeMismatch,
    limited: stats.limited,
    alerts: stats.alerts,
    suppressed: stats.suppressed,
    pending: stats.pending,
  };
}
