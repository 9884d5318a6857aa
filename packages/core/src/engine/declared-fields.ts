import type { FieldPlan } from "../plan.ts";
import { parseTime } from "../time-text.ts";
import { Duration, Time, type Value } from "../value.ts";

type Data = Readonly<Record<string, unknown>>;

/** Is told of a field that has another type than declared; its name is the path to it. */
export type Mismatched = (name: string, type: FieldPlan["type"], value: unknown) => void;

/**
 * Makes the reader of a stream's declared fields: a field of another type than declared becomes NULL, TIME and DURATION are wrapped.
 *
 * The event is copied only where something changes. `timeField` is left alone: it reads as TIME whatever its form.
 */
export function createFieldReader(
  fields: readonly FieldPlan[],
  mismatched: Mismatched,
): (data: Data, timeField: string | null) => Data {
  return (data, timeField) => read(data, fields, timeField, mismatched);
}

function read(data: Data, fields: readonly FieldPlan[], timeField: string | null, mismatched: Mismatched): Data {
  let copy: Record<string, unknown> | null = null;
  for (const field of fields) {
    if (field.type === "ANY" || field.name === timeField || !Object.hasOwn(data, field.name)) continue;
    const before = data[field.name];
    if (before === null || before === undefined) continue;
    let after: unknown = before;
    if (field.type === "OBJECT" && field.fields !== undefined && isObject(before)) {
      after = read(before, field.fields, null, (name, type, value) => mismatched(`${field.name}.${name}`, type, value));
    } else {
      after = readField(before, field.type);
      if (after === undefined) {
        mismatched(field.name, field.type, before);
        after = null;
      }
    }
    if (after !== before) {
      copy ??= { ...data };
      Object.defineProperty(copy, field.name, { value: after, enumerable: true, configurable: true, writable: true });
    }
  }
  return copy ?? data;
}

/** The value as the type reads it; `undefined` where it is of another type. */
function readField(value: unknown, type: FieldPlan["type"]): unknown {
  switch (type) {
    case "STRING":
      return typeof value === "string" ? value : undefined;
    case "NUMBER":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "BOOLEAN":
      return typeof value === "boolean" ? value : undefined;
    case "TIME":
      return readTime(value);
    case "DURATION":
      return typeof value === "number" && Number.isFinite(value)
        ? new Duration(value)
        : value instanceof Duration
          ? value
          : undefined;
    case "LIST":
      return Array.isArray(value) ? value : undefined;
    case "OBJECT":
      return isObject(value) ? value : undefined;
    case "ANY":
      return value;
  }
}

function readTime(value: unknown): Value | undefined {
  if (value instanceof Time) return value;
  const ms =
    typeof value === "number"
      ? value
      : typeof value === "string"
        ? parseTime(value)
        : value instanceof Date
          ? value.getTime()
          : null;
  return ms === null || !Number.isFinite(ms) ? undefined : new Time(Math.floor(ms));
}

function isObject(value: unknown): value is Data {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Time) &&
    !(value instanceof Duration) &&
    !(value instanceof Date)
  );
}
