import type { FieldDecl, StreamDecl } from "@weir/dsl";
import { toTime } from "./functions.ts";
import type { File } from "./names.ts";
import { parseIso } from "./times.ts";
import { DurationValue, fromHost, isObject, kindOf, TimeValue, type Value } from "./values.ts";

export interface OfferedEvent {
  readonly stream: string;
  readonly event: unknown;
}

export interface Accepted {
  readonly stream: string;
  readonly ts: number;
  readonly fields: ReadonlyMap<string, Value>;
  /** What the host offered. */
  readonly raw: unknown;
}

const defaultTimeFields = ["ts", "timestamp", "@timestamp", "time"] as const;

/** Puts the event time and the declared types into an event; NULL for a bad one. `mismatched` is told of each field of another type. */
export function readEvent(
  file: File,
  { stream, event }: OfferedEvent,
  mismatched: () => void,
  now?: number,
): Accepted | null {
  const fields = fromHost(event);
  if (!isObject(fields)) return null;
  const decl = file.streams.get(stream);
  if (decl?.time?.kind === "arrival") {
    return now === undefined
      ? null
      : { stream, ts: Math.floor(now), fields: typed(fields, decl, null, mismatched), raw: event };
  }
  const timeField = decl?.time?.field.text ?? defaultTimeFields.find((name) => (fields.get(name) ?? null) !== null);
  const ts = timeField === undefined ? null : readTime(fields.get(timeField) ?? null, decl);
  if (timeField === undefined || ts === null) return null;
  return {
    stream,
    ts,
    fields: new Map([...typed(fields, decl, timeField, mismatched), [timeField, new TimeValue(ts)]]),
    raw: event,
  };
}

/** A derived event has the time of the alert that made it. */
export function readDerived(file: File, stream: string, event: unknown, ts: number, mismatched: () => void): Accepted {
  const fields = fromHost(event);
  const read = typed(isObject(fields) ? fields : new Map<string, Value>(), file.streams.get(stream), "ts", mismatched);
  return { stream, ts, fields: new Map([...read, ["ts", new TimeValue(ts)]]), raw: event };
}

function readTime(value: Value, decl: StreamDecl | undefined): number | null {
  const unit = decl?.time?.kind === "field" ? decl.time.unit : undefined;
  const ms = typeof value === "string" ? parseIso(value) : typeof value !== "number" ? null : inMillis(value, unit);
  return ms === null || !(Math.abs(ms) <= 8.64e15) ? null : ms;
}

function inMillis(value: number, unit: string | undefined): number {
  return Math.floor(unit === "SECONDS" ? value * 1000 : unit === "MICROSECONDS" ? value / 1000 : value);
}

function typed(
  fields: ReadonlyMap<string, Value>,
  decl: { readonly fields?: readonly FieldDecl[] } | undefined,
  timeField: string | null,
  mismatched: () => void,
): ReadonlyMap<string, Value> {
  const read = new Map(fields);
  for (const field of decl?.fields ?? []) {
    const name = field.name.text;
    const value = fields.get(name) ?? null;
    if (value === null || name === timeField) continue;
    const converted = convert(value, field, mismatched);
    if (converted === null) mismatched();
    read.set(name, converted);
  }
  return read;
}

/** The value as its declared type reads it; NULL where it is of another. */
function convert(value: Value, field: FieldDecl, mismatched: () => void): Value {
  switch (field.type) {
    case "ANY":
      return value;
    case "TIME":
      return toTime(value);
    case "DURATION":
      return typeof value === "number" ? new DurationValue(value) : null;
    case "OBJECT":
      return isObject(value) ? typed(value, field, null, mismatched) : null;
    default:
      return kindOf(value) === field.type.toLowerCase() ? value : null;
  }
}
