import type { Names } from "../check/names.ts";
import { defaultTimeFields, type StreamShape } from "../check/stream-shape.ts";
import type { SampledField, SampledStream } from "./service-types.ts";
import { typeText } from "./type-text.ts";

/** A field as completion and hover show it. */
export interface KnownField {
  readonly name: string;
  readonly types: readonly string[];
  /** Streams that have it. */
  readonly streams: readonly string[];
  readonly declared: boolean;
  readonly values: readonly string[];
}

/** The fields of streams (`null`: of all that are known), declared and sampled. */
export function knownFields(
  streams: readonly StreamShape[] | null,
  names: Names,
  samples: readonly SampledStream[],
): readonly KnownField[] {
  const shapes = streams ?? [...names.shapes.values()];
  const wanted = streams === null ? null : new Set(streams.map(({ name }) => name));
  const found = new Map<string, KnownField>();
  for (const { name: stream, fields } of shapes) {
    const unlisted = unlistedTimes(stream, names, samples);
    for (const [name, type] of fields?.types ?? []) {
      if (unlisted.has(name)) continue;
      add(found, { name, types: [typeText(type)], streams: [stream], declared: true, values: [] });
    }
  }
  for (const { name: stream, fields } of samples) {
    if (wanted !== null && !wanted.has(stream)) continue;
    // Of a declared stream rules may read what is declared alone.
    const declared = names.shapes.get(stream)?.fields;
    for (const { name, types, values } of fields) {
      if (name.includes(".") || (declared !== undefined && declared !== null && !declared.types.has(name))) continue;
      const known = declared?.types.has(name) === true;
      add(found, { name, types: known ? [] : types, streams: [stream], declared: known, values });
    }
  }
  return [...found.values()];
}

/** Names that an event's time may have, of which nothing says that this stream has them: of them the first is enough. */
function unlistedTimes(stream: string, names: Names, samples: readonly SampledStream[]): ReadonlySet<string> {
  const decl = names.streams.get(stream);
  const known = new Set([
    ...(decl?.fields?.map(({ name }) => name.text) ?? []),
    ...(samples.find(({ name }) => name === stream)?.fields.map(({ name }) => name) ?? []),
    ...(decl?.time?.kind === "field" ? [decl.time.field.text] : []),
  ]);
  const times = defaultTimeFields.filter((name) => !known.has(name));
  return new Set(times.length === defaultTimeFields.length ? times.slice(1) : times);
}

/** The sampled fields below a path, by their next name: those of `device` below `device.`. */
export function sampledBelow(
  path: readonly string[],
  streams: readonly StreamShape[] | null,
  samples: readonly SampledStream[],
): readonly SampledField[] {
  const prefix = `${path.join(".")}.`;
  return sampledOf(streams, samples)
    .filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes("."))
    .map((field) => ({ ...field, name: field.name.slice(prefix.length) }));
}

/** The values that were sampled of a path. */
export function sampledValues(
  path: readonly string[],
  streams: readonly StreamShape[] | null,
  samples: readonly SampledStream[],
): readonly string[] {
  const name = path.join(".");
  const fields = sampledOf(streams, samples).filter((field) => field.name === name);
  return [...new Set(fields.flatMap(({ values }) => values))];
}

function sampledOf(streams: readonly StreamShape[] | null, samples: readonly SampledStream[]): readonly SampledField[] {
  const wanted = streams === null ? null : new Set(streams.map(({ name }) => name));
  return samples.filter(({ name }) => wanted === null || wanted.has(name)).flatMap(({ fields }) => fields);
}

function add(found: Map<string, KnownField>, field: KnownField): void {
  const before = found.get(field.name);
  found.set(
    field.name,
    before === undefined
      ? field
      : {
          name: field.name,
          types: [...new Set([...before.types, ...field.types])],
          streams: [...new Set([...before.streams, ...field.streams])],
          declared: before.declared || field.declared,
          values: [...new Set([...before.values, ...field.values])],
        },
  );
}
