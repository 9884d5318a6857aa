import type { Evaluate } from "../evaluate.ts";
import type { Row } from "../row.ts";
import { Duration, Time, type Value } from "../value.ts";
import { fromHost } from "../values/from-host.ts";
import { typeOf } from "../values/type-of.ts";
import type { Code } from "./code.ts";

/** One step of a path: the name of a field, or the position in a list. */
export type PathStep = string | number;

/** A field of the event. */
export function fieldCode(name: string, timeFields: ReadonlySet<string>): Code {
  if (timeFields.has(name)) return { evaluate: timeFieldReader(name) };
  if (name in Object.prototype) return { evaluate: fieldReader((row) => ownProperty(row.data, name)) };
  return { evaluate: fieldReader((row) => row.data[name]), field: name };
}

/** What lies below a field of the event: read step by step, so that what lies beside the path is not converted. */
export function pathCode(name: string, steps: readonly PathStep[]): Code {
  return {
    evaluate: fieldReader((row) => {
      let x: unknown = ownProperty(row.data, name);
      for (const step of steps) x = typeof step === "string" ? rawMember(x, step) : rawItem(x, step);
      return x;
    }),
  };
}

export function memberOf(object: Value, name: string): Value {
  if (typeof object !== "object" || typeOf(object) !== "OBJECT") return null;
  return (ownProperty(object as object, name) ?? null) as Value;
}

export function itemOf(value: Value, index: Value): Value {
  if (typeof index === "string") return memberOf(value, index);
  if (!Array.isArray(value) || !isPosition(index)) return null;
  return (value as readonly Value[])[index] ?? null;
}

/** Whether a value is a place in a list: a whole number from 0 on. */
export function isPosition(value: Value | undefined): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function fieldReader(read: (row: Row) => unknown): Evaluate {
  return ({ row }) => {
    if (row === null) return null;
    const x = read(row);
    return typeof x === "string" ? x : fromHost(x);
  };
}

function timeFieldReader(name: string): Evaluate {
  return ({ row }) => {
    if (row === null) return null;
    return row.timeField === name ? new Time(row.time) : fromHost(ownProperty(row.data, name));
  };
}

function ownProperty(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A member of what the host gave, where `fromHost` makes an object of that. */
function rawMember(x: unknown, name: string): unknown {
  if (typeof x !== "object" || x === null || Array.isArray(x)) return undefined;
  if (x instanceof Time || x instanceof Duration || x instanceof Date || ArrayBuffer.isView(x)) return undefined;
  return ownProperty(x, name);
}

function rawItem(x: unknown, index: number): unknown {
  return Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView))
    ? (x as unknown as readonly unknown[])[index]
    : undefined;
}
