import type { AggregatePlan, Plan, WindowPlan } from "../plan.ts";
import { eventColumn, TIME_BYTES } from "../window/event-columns.ts";
import { millisText } from "./expression-text.ts";
import { lengthMs } from "./kept-text.ts";

/** A window that reads the ring of whole events of its group. */
export interface RingWindow {
  readonly plan: WindowPlan | null;
  readonly aggregates: ReadonlyMap<string, AggregatePlan>;
  /** So many of its newest events are all that it needs; `null`: all. */
  readonly events: number | null;
}

/** How far back something is kept. */
interface Reach {
  ms: number;
  text: string | null;
  events: number;
}

/** The bytes of an event of such a ring: as long as some window reads it. */
export function ringText(windows: readonly RingWindow[], plan: Plan): string {
  const columns = new Map<string, { bytes: number; reach: Reach }>();
  for (const window of windows) {
    if (window.plan?.kind !== "last") widen(columns, "time", TIME_BYTES, window, plan);
    for (const { fn, arg, distinct } of window.aggregates.values()) {
      const column = eventColumn(fn, distinct, arg !== null);
      if (column !== null) widen(columns, `${column.kind} ${JSON.stringify(arg)}`, column.bytes, window, plan);
    }
  }
  const byReach = new Map<string, number>();
  for (const { bytes, reach } of columns.values()) {
    const text = reachText(reach);
    byReach.set(text, (byReach.get(text) ?? 0) + bytes);
  }
  if (byReach.size === 0) return "nothing";
  return [...byReach].map(([text, bytes]) => `${bytes} ${bytes === 1 ? "byte" : "bytes"} of ${text}`).join(", ");
}

function widen(
  columns: Map<string, { bytes: number; reach: Reach }>,
  name: string,
  bytes: number,
  { plan: window, events }: RingWindow,
  plan: Plan,
): void {
  const column = columns.get(name) ?? { bytes, reach: { ms: 0, text: null, events: 0 } };
  columns.set(name, column);
  const { reach } = column;
  if (window?.kind === "last") reach.events = Math.max(reach.events, window.count);
  else if (events !== null) reach.events = Math.max(reach.events, events);
  else if (window?.kind === "within" || window?.kind === "hopping") {
    const ms = lengthMs(window.length, plan);
    if (ms <= reach.ms) return;
    reach.ms = ms;
    reach.text = `the last ${millisText(window.length)}`;
  }
}

function reachText({ text, events }: Reach): string {
  const newest = events === 0 ? null : `the newest ${events}`;
  return [text, newest].filter((part) => part !== null).join(" and ");
}
