/**
 * The values of the language, as the oracle holds them. OBJECT is a map, so that no name of JavaScript's own can be read by mistake.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | TimeValue
  | DurationValue
  | readonly Value[]
  | ReadonlyMap<string, Value>;

export type Kind = "null" | "boolean" | "number" | "time" | "duration" | "string" | "list" | "object";

export class TimeValue {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export class DurationValue {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

export function kindOf(value: Value): Kind {
  if (value === null) return "null";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return "number";
  if (typeof value === "string") return "string";
  if (value instanceof TimeValue) return "time";
  if (value instanceof DurationValue) return "duration";
  return Array.isArray(value) ? "list" : "object";
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

/** A result of arithmetic: what is not finite is NULL. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What JSON, or a host, hands in. */
export function fromHost(value: unknown): Value {
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return finite(value);
  if (Array.isArray(value)) return value.map(fromHost);
  if (typeof value !== "object" || value === null) return null;
  return new Map(Object.entries(value).map(([name, inner]) => [name, fromHost(inner)]));
}

/** What goes into an alert's key and data: TIME is epoch ms, DURATION ms. */
export function toJson(value: Value): unknown {
  if (value instanceof TimeValue || value instanceof DurationValue) return value.ms;
  if (isList(value)) return value.map(toJson);
  if (isObject(value)) return Object.fromEntries([...value].map(([name, inner]) => [name, toJson(inner)]));
  return value;
}

/** A text that is the same for equal values and for no others; `1`, `"1"` and TRUE differ. */
export function identity(value: Value): string {
  if (value === null) return "null";
  if (value instanceof TimeValue) return `time ${value.ms}`;
  if (value instanceof DurationValue) return `duration ${value.ms}`;
  if (isList(value)) return `[${value.map(identity).join(",")}]`;
  if (isObject(value)) {
    const names = [...value.keys()].sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${identity(value.get(name) ?? null)}`).join(",")}}`;
  }
  if (typeof value === "string") return JSON.stringify(value);
  return String(value);
}

/** `=` of the language. */
export function equals(left: Value, right: Value): boolean | null {
  if (left === null || right === null) return null;
  return identity(left) === identity(right);
}

/** Below 0, 0, above 0; NULL where the two have no order. */
export function order(left: Value, right: Value): number | null {
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return null;
  switch (kind) {
    case "number":
      return (left as number) - (right as number);
    case "time":
    case "duration":
      return (left as TimeValue | DurationValue).ms - (right as TimeValue | DurationValue).ms;
    case "string":
      return left === right ? 0 : (left as string) < (right as string) ? -1 : 1;
    default:
      return null;
  }
}

const kindsOfKeys: readonly Kind[] = ["boolean", "number", "time", "duration", "string"];

export function canBeKey(value: Value): boolean {
  return kindsOfKeys.includes(kindOf(value));
}

/** The order of the keys: by type, then by value; several from left to right. */
export function compareKeys(left: readonly Value[], right: readonly Value[]): number {
  for (const [i, a] of left.entries()) {
    const b = right[i] ?? null;
    const byKind = kindsOfKeys.indexOf(kindOf(a)) - kindsOfKeys.indexOf(kindOf(b));
    const byValue = typeof a === "boolean" ? Number(a) - Number(b) : (order(a, b) ?? 0);
    if (byKind !== 0 || byValue !== 0) return byKind === 0 ? byValue : byKind;
  }
  return 0;
}
