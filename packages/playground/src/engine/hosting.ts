import type { EventData, Plan, StreamPlan, TimeUnit } from "@weir/core";
import { arrivalField, type Pace } from "../data/event-store.ts";

/** Rows of tables by the name of the table. */
export type TableRows = Readonly<Record<string, readonly EventData[]>>;

/** What stands in for the clock of a stream with TIME ARRIVAL: a recording does not tell when its events arrived. */
export type ArrivalClock =
  | { readonly kind: "field"; readonly field: string; readonly unit: TimeUnit }
  /** In the order of the recording, one every `stepMs`. */
  | ({ readonly kind: "pace" } & Pace);

/** What a host gives to rules besides events. */
export interface Hosting {
  readonly tables: TableRows;
  readonly arrival: ArrivalClock;
}

/** A plan with what a host gives to it. `planOfRule` and the like keep it. */
export interface HostedPlan extends Plan {
  readonly rows?: TableRows;
}

export const usualArrival: ArrivalClock = { kind: "pace", startMs: Date.UTC(2026, 0, 1), stepMs: 1000 };
export const noHosting: Hosting = { tables: {}, arrival: usualArrival };

/** The plan as it runs here: streams take their time of arrival from a field, tables have their rows. */
export function hostedPlan(plan: Plan, { tables, arrival }: Hosting): HostedPlan {
  const known = new Set(plan.tables.map(({ name }) => name));
  const rows = Object.fromEntries(Object.entries(tables).filter(([name]) => known.has(name)));
  const time: StreamPlan["time"] =
    arrival.kind === "field"
      ? { kind: "field", field: arrival.field, unit: arrival.unit }
      : { kind: "field", field: arrivalField, unit: "MILLISECONDS" };
  const streams = plan.streams.map((stream) => (stream.time?.kind === "arrival" ? { ...stream, time } : stream));
  return { ...plan, streams, rows };
}

/** The streams that take their time from arrival, as the rules are written. */
export function arrivalStreams(plan: Plan): readonly string[] {
  return plan.streams.filter(({ time }) => time?.kind === "arrival").map(({ name }) => name);
}
