import { ReadError } from "../read-error.ts";
import { setOwn } from "../set-own.ts";
import { AvroDataError } from "./avro-data-error.ts";
import type { ByteCursor } from "./byte-cursor.ts";
import { base64, decimal, logicalNumber } from "./logical-value.ts";

export type ValueReader = (cursor: ByteCursor) => unknown;

type Schema = Readonly<Record<string, unknown>>;

/** What names refer to, and the namespace they stand in. */
interface Scope {
  readonly named: Map<string, ValueReader>;
  readonly namespace: string;
  readonly depth: number;
}

const maxDepth = 200;

/**
 * The reader of an Avro schema's values as plain JavaScript values.
 *
 * timestamp-* and date become epoch milliseconds, time-* milliseconds, decimal a number, bytes and fixed base64 text, a
 * long beyond ±2^53 text; a union its value alone; NaN and infinities null.
 *
 * Errors  `unsupported-avro` for a schema that is none.
 */
export function valueReader(schema: unknown): ValueReader {
  return readerOf(schema, { named: new Map(), namespace: "", depth: 0 });
}

function readerOf(schema: unknown, outer: Scope): ValueReader {
  if (outer.depth > maxDepth) throw unsupported(`it is nested more than ${maxDepth} deep`);
  const scope = { ...outer, depth: outer.depth + 1 };
  if (Array.isArray(schema)) return unionReader(schema, scope);
  if (typeof schema === "string") return primitiveReader(schema) ?? namedReader(schema, scope);
  if (typeof schema !== "object" || schema === null) throw unsupported(`it holds ${JSON.stringify(schema)}`);
  return complexReader(schema as Schema, scope);
}

function primitiveReader(type: string): ValueReader | null {
  switch (type) {
    case "null":
      return () => null;
    case "boolean":
      return (cursor) => cursor.byte() !== 0;
    case "int":
    case "long":
      return (cursor) => cursor.long();
    case "float":
      return (cursor) => finite(cursor.float());
    case "double":
      return (cursor) => finite(cursor.double());
    case "bytes":
      return (cursor) => base64(cursor.bytes(cursor.count()));
    case "string":
      return (cursor) => cursor.text();
    default:
      return null;
  }
}

function complexReader(schema: Schema, scope: Scope): ValueReader {
  switch (schema["type"]) {
    case "record":
    case "error":
      return recordReader(schema, scope);
    case "enum":
      return enumReader(schema, scope);
    case "fixed":
      return fixedReader(schema, scope);
    case "array":
      return arrayReader(readerOf(schema["items"], scope));
    case "map":
      return mapReader(readerOf(schema["values"], scope));
    case "int":
    case "long": {
      const convert = logicalNumber(schema["logicalType"]);
      if (convert === null) return (cursor) => cursor.long();
      return (cursor) => convert(Number(cursor.long()));
    }
    case "bytes": {
      if (schema["logicalType"] !== "decimal") return (cursor) => base64(cursor.bytes(cursor.count()));
      const scale = scaleOf(schema);
      return (cursor) => decimal(cursor.bytes(cursor.count()), scale);
    }
    default:
      return readerOf(schema["type"], scope);
  }
}

function recordReader(schema: Schema, outer: Scope): ValueReader {
  const fields = schema["fields"];
  if (!Array.isArray(fields)) throw unsupported("a record has no fields");
  const scope = inNamespace(schema, outer);
  const members: { readonly name: string; readonly read: ValueReader }[] = [];
  // Named before its fields are looked at: a field may hold the record itself.
  const read = define(schema, scope, (cursor) => {
    const record: Record<string, unknown> = {};
    for (const member of members) setOwn(record, member.name, member.read(cursor));
    return record;
  });
  for (const field of fields as readonly unknown[]) {
    if (typeof field !== "object" || field === null || !("name" in field) || typeof field.name !== "string") {
      throw unsupported("a field has no name");
    }
    members.push({ name: field.name, read: readerOf("type" in field ? field.type : undefined, scope) });
  }
  return read;
}

function enumReader(schema: Schema, outer: Scope): ValueReader {
  const symbols = schema["symbols"];
  if (!Array.isArray(symbols)) throw unsupported("an enum has no symbols");
  return define(schema, inNamespace(schema, outer), (cursor) => {
    const index = cursor.count();
    if (index < 0 || index >= symbols.length) throw new AvroDataError(`an enum has no symbol number ${index}`);
    return symbols[index] as unknown;
  });
}

function fixedReader(schema: Schema, outer: Scope): ValueReader {
  const size = schema["size"];
  if (typeof size !== "number") throw unsupported("a fixed type has no size");
  const isDecimal = schema["logicalType"] === "decimal";
  const scale = scaleOf(schema);
  return define(schema, inNamespace(schema, outer), (cursor) => {
    const bytes = cursor.bytes(size);
    return isDecimal ? decimal(bytes, scale) : base64(bytes);
  });
}

function unionReader(branches: readonly unknown[], scope: Scope): ValueReader {
  const readers = branches.map((branch) => readerOf(branch, scope));
  return (cursor) => {
    const index = cursor.count();
    const read = readers[index];
    if (read === undefined) throw new AvroDataError(`a union has no branch number ${index}`);
    return read(cursor);
  };
}

function arrayReader(item: ValueReader): ValueReader {
  return (cursor) => {
    const items: unknown[] = [];
    for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
      for (let i = 0; i < count; i++) items.push(item(cursor));
    }
    return items;
  };
}

function mapReader(value: ValueReader): ValueReader {
  return (cursor) => {
    const map: Record<string, unknown> = {};
    for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
      for (let i = 0; i < count; i++) setOwn(map, cursor.text(), value(cursor));
    }
    return map;
  };
}

/** How many items follow; a negative count is followed by their length in bytes. */
function blockCount(cursor: ByteCursor): number {
  const count = cursor.count();
  if (count < 0) cursor.count();
  // Items without bytes exist (null), but a count beyond the data is damage that must not fill the memory.
  if (Math.abs(count) > cursor.left) throw new AvroDataError(`a list of ${Math.abs(count)} items does not fit`);
  return Math.abs(count);
}

function define(schema: Schema, scope: Scope, read: ValueReader): ValueReader {
  const name = schema["name"];
  if (typeof name !== "string") throw unsupported("a type has no name");
  scope.named.set(fullName(name, scope), read);
  return read;
}

function namedReader(name: string, scope: Scope): ValueReader {
  const read = scope.named.get(fullName(name, scope)) ?? scope.named.get(name);
  if (read === undefined) throw unsupported(`\`${name}\` is no type`);
  return read;
}

function fullName(name: string, scope: Scope): string {
  return name.includes(".") || scope.namespace === "" ? name : `${scope.namespace}.${name}`;
}

/** The namespace that a named type and what is inside it stand in: of its name, else its own, else the outer. */
function inNamespace(schema: Schema, outer: Scope): Scope {
  const { name, namespace } = schema;
  if (typeof name === "string" && name.includes(".")) {
    return { ...outer, namespace: name.slice(0, name.lastIndexOf(".")) };
  }
  return typeof namespace === "string" ? { ...outer, namespace } : outer;
}

function scaleOf(schema: Schema): number {
  return typeof schema["scale"] === "number" ? schema["scale"] : 0;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function unsupported(problem: string): ReadError {
  return new ReadError("unsupported-avro", `the Avro schema cannot be read: ${problem}`);
}
