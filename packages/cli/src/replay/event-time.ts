import type { EventData, StreamPlan } from "@weir/core";

const defaultFields = ["ts", "timestamp", "@timestamp", "time"];
const unitMs = { MILLISECONDS: 1, SECONDS: 1000, MICROSECONDS: 0.001 } as const;

/**
 * About when an event happened, in epoch milliseconds: enough to read several files in step. `null` where that cannot be told.
 * What counts for rules is the time that the engine reads.
 */
export function roughTime(event: EventData, stream: StreamPlan | undefined): number | null {
  const time = stream?.time ?? null;
  if (time?.kind === "arrival") return null;
  if (time?.kind === "field") return inMs(event[time.field], unitMs[time.unit]);
  const field = defaultFields.find((name) => event[name] !== undefined && event[name] !== null);
  return field === undefined ? null : inMs(event[field], 1);
}

function inMs(value: unknown, unit: number): number | null {
  if (typeof value === "number") return value * unit;
  if (typeof value !== "string") return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) || !value.includes(":") ? value : `${value}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? null : ms;
}
