import type { StreamPlan } from "../plan.ts";
import { parseTime } from "../time-text.ts";
import { Time } from "../value.ts";

/** The fields looked at for the event time where a stream declares none, in this order. */
export const defaultTimeFields: readonly string[] = ["ts", "timestamp", "@timestamp", "time"];

/** The farthest instants that a JavaScript date can name. */
const maxTimeMs = 8.64e15;

export type EventTime = { readonly time: number; readonly field: string | null } | { readonly reason: string };

const unitMs = { MILLISECONDS: 1, SECONDS: 1000, MICROSECONDS: 0.001 } as const;

/** Reads the event time of an event, or says why there is none. */
export function readEventTime(
  event: Readonly<Record<string, unknown>>,
  stream: StreamPlan | undefined,
  now: (() => number) | undefined,
): EventTime {
  const declared = stream?.time ?? null;
  if (declared?.kind === "arrival") {
    if (now === undefined) {
      return { reason: "the stream takes its time from arrival, but the host gave no clock (option `now`)" };
    }
    return wholeMs(now(), 1, null, "the host's clock");
  }
  if (declared?.kind === "field") {
    const value = Object.hasOwn(event, declared.field) ? event[declared.field] : undefined;
    if (value === undefined || value === null) {
      return { reason: `event time is missing: field \`${declared.field}\` is not set` };
    }
    return toTime(value, unitMs[declared.unit], declared.field);
  }
  for (const field of defaultTimeFields) {
    const value = Object.hasOwn(event, field) ? event[field] : undefined;
    if (value !== undefined && value !== null) return toTime(value, 1, field);
  }
  return { reason: "event time is missing: none of `ts`, `timestamp`, `@timestamp`, `time` is set" };
}

/** The event time of an event, epoch ms; `null` where there is none that can be read. For plain events nothing is made to find it. */
export function eventTimeMs(
  event: Readonly<Record<string, unknown>>,
  stream: StreamPlan | undefined,
  now: () => number,
): number | null {
  const declared = stream?.time;
  if (declared?.kind === "field" && declared.unit === "MILLISECONDS") {
    const value = event[declared.field];
    if (typeof value === "number" && Math.abs(value) < maxTimeMs) return Math.floor(value);
  }
  const time = readEventTime(event, stream, now);
  return "time" in time ? time.time : null;
}

function toTime(value: unknown, unit: number, field: string): EventTime {
  if (typeof value === "number") return wholeMs(value, unit, field, `field \`${field}\``);
  if (typeof value === "string") {
    const ms = parseTime(value);
    if (ms === null) {
      return {
        reason: `event time cannot be read: \`${field}\` is ${quote(value)}, neither epoch milliseconds nor ISO-8601 text`,
      };
    }
    return wholeMs(ms, 1, field, `field \`${field}\``);
  }
  if (value instanceof Date) return wholeMs(value.getTime(), 1, field, `field \`${field}\``);
  if (value instanceof Time) return wholeMs(value.ms, 1, field, `field \`${field}\``);
  return {
    reason: `event time cannot be read: \`${field}\` is a ${Array.isArray(value) ? "list" : typeof value}, neither epoch milliseconds nor ISO-8601 text`,
  };
}

function wholeMs(value: number, unit: number, field: string | null, what: string): EventTime {
  // Division, because 0.001 has no exact double and 1_700_000_000_123_000 µs must give 1_700_000_000_123 ms.
  const time = Math.floor(unit < 1 ? value / Math.round(1 / unit) : value * unit);
  if (!(Math.abs(time) <= maxTimeMs)) {
    return { reason: `event time cannot be read: ${what} is ${value}, beyond what a date can be` };
  }
  return { time, field };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Times from here on, and before the next, need no hint that they may be in another unit. */
export const earliestPlausibleMs: number = Date.UTC(1990, 0, 1);
export const latestPlausibleMs: number = Date.UTC(2100, 0, 1);

/** What to say of a time that looks like another unit; `null` of a plausible one. */
export function unitHint(time: number, stream: string, field: string | null): string | null {
  if (field === null || (time >= earliestPlausibleMs && time < latestPlausibleMs)) return null;
  const iso = new Date(time).toISOString();
  if (time < earliestPlausibleMs && time * 1000 >= earliestPlausibleMs && time * 1000 < latestPlausibleMs) {
    return `\`${field}\` of stream \`${stream}\` reads as ${iso}: if it is in seconds, declare \`STREAM ${stream} TIME ${field} IN SECONDS\``;
  }
  if (time >= latestPlausibleMs && time / 1000 >= earliestPlausibleMs && time / 1000 < latestPlausibleMs) {
    return `\`${field}\` of stream \`${stream}\` reads as ${iso}: if it is in microseconds, declare \`STREAM ${stream} TIME ${field} IN MICROSECONDS\``;
  }
  return `\`${field}\` of stream \`${stream}\` reads as ${iso}: is it epoch milliseconds?`;
}
