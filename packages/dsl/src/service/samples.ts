import type { TypeName } from "@weir/core";
import type { SampledField, SampledStream } from "./service-types.ts";

const MAX_VALUES = 5;
const MAX_FIELDS = 500;
const MAX_DEPTH = 4;
const MAX_VALUE_LENGTH = 60;

/** An event of a recording, with the stream it belongs to. */
export interface SampleEvent {
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Found {
  readonly types: Set<string>;
  readonly values: Set<string>;
}

/** The fields of recorded events, with their types and some of their values, for completion and hover. */
export function sampleStreams(events: Iterable<SampleEvent>): readonly SampledStream[] {
  const streams = new Map<string, Map<string, Found>>();
  for (const { stream, data } of events) {
    const fields = streams.get(stream) ?? new Map<string, Found>();
    streams.set(stream, fields);
    addFields(data, "", fields, 0);
  }
  return [...streams].map(([name, fields]) => ({
    name,
    fields: [...fields].map(
      ([path, { types, values }]): SampledField => ({
        name: path,
        types: [...types],
        values: [...values],
      }),
    ),
  }));
}

function addFields(
  data: Readonly<Record<string, unknown>>,
  path: string,
  fields: Map<string, Found>,
  depth: number,
): void {
  for (const [key, value] of Object.entries(data)) {
    if (value === null || value === undefined) continue;
    const name = `${path}${key}`;
    let found = fields.get(name);
    if (found === undefined) {
      if (fields.size >= MAX_FIELDS) return;
      found = { types: new Set(), values: new Set() };
      fields.set(name, found);
    }
    const type = typeOf(value);
    found.types.add(type);
    const literal = literalOf(value);
    if (literal !== null && found.values.size < MAX_VALUES) found.values.add(literal);
    if (type === "OBJECT" && depth < MAX_DEPTH) {
      addFields(value as Readonly<Record<string, unknown>>, `${name}.`, fields, depth + 1);
    }
  }
}

function typeOf(value: unknown): TypeName {
  if (Array.isArray(value)) return "LIST";
  switch (typeof value) {
    case "string":
      return "STRING";
    case "number":
    case "bigint":
      return "NUMBER";
    case "boolean":
      return "BOOLEAN";
    case "object":
      return "OBJECT";
    default:
      return "ANY";
  }
}

function literalOf(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value.length > MAX_VALUE_LENGTH ? null : JSON.stringify(value);
    case "number":
      return Number.isFinite(value) ? String(value) : null;
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "TRUE" : "FALSE";
    default:
      return null;
  }
}
