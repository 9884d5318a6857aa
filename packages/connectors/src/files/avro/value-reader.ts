import { ReadError } from "../read-error.ts";
import { AvroDataError } from "./avro-data-error.ts";
import { arrayType, branchedType, mapType } from "./collection-type.ts";
import { base64, decimal, logicalNumber } from "./logical-value.ts";
import { plain, primitiveType, skipBytes } from "./primitive-type.ts";
import { type Member, recordType } from "./record-type.ts";
import type { ValueReader, ValueType } from "./value-type.ts";

type Schema = Readonly<Record<string, unknown>>;

/** What names refer to, and the namespace they stand in. */
interface Scope {
  readonly named: Map<string, ValueType>;
  readonly namespace: string;
  readonly depth: number;
  /** Of the outermost record alone: which fields are wanted. */
  readonly isWanted: (field: string) => boolean;
}

const all = (): boolean => true;

const maxDepth = 200;

/**
 * The reader of an Avro schema's values as plain JavaScript values.
 *
 * timestamp-* and date become epoch milliseconds, time-* milliseconds, decimal a number, bytes and fixed base64 text, a
 * long beyond ±2^53 text; a union its value alone; NaN and infinities null.
 *
 * With `fields` the outermost record holds these fields alone; `references` are schemas that define names which this one uses.
 * Errors  `unsupported-avro` for a schema that is none.
 */
export function valueReader(
  schema: unknown,
  fields: ReadonlySet<string> | null = null,
  references: readonly unknown[] = [],
): ValueReader {
  const scope: Scope = { named: new Map(), namespace: "", depth: 0, isWanted: all };
  for (const reference of references) typeOf(reference, scope);
  const isWanted = fields === null ? all : (field: string): boolean => fields.has(field);
  return typeOf(schema, { ...scope, isWanted }).read;
}

function typeOf(schema: unknown, outer: Scope): ValueType {
  if (outer.depth > maxDepth) throw unsupported(`it is nested more than ${maxDepth} deep`);
  const scope = { ...outer, depth: outer.depth + 1 };
  if (Array.isArray(schema)) return unionType(schema, scope);
  if (typeof schema === "string") return primitiveType(schema) ?? namedType(schema, scope);
  if (typeof schema !== "object" || schema === null) throw unsupported(`it holds ${JSON.stringify(schema)}`);
  return complexType(schema as Schema, scope);
}

function complexType(schema: Schema, scope: Scope): ValueType {
  switch (schema["type"]) {
    case "record":
    case "error":
      return namedRecord(schema, scope);
    case "enum":
      return enumType(schema, scope);
    case "fixed":
      return fixedType(schema, scope);
    case "array":
      return arrayType(typeOf(schema["items"], inner(scope)));
    case "map":
      return mapType(typeOf(schema["values"], inner(scope)));
    case "int":
    case "long": {
      const convert = logicalNumber(schema["logicalType"]);
      if (convert === null) return primitiveType("long")!;
      return plain((cursor) => convert(Number(cursor.long())));
    }
    case "bytes": {
      if (schema["logicalType"] !== "decimal") return primitiveType("bytes")!;
      const scale = scaleOf(schema);
      return { read: (cursor) => decimal(cursor.bytes(cursor.count()), scale), skip: skipBytes };
    }
    default:
      return typeOf(schema["type"], scope);
  }
}

/** Of a type inside another one: all its fields are wanted. */
function inner(scope: Scope): Scope {
  return scope.isWanted === all ? scope : { ...scope, isWanted: all };
}

function namedRecord(schema: Schema, outer: Scope): ValueType {
  const fields = schema["fields"];
  if (!Array.isArray(fields)) throw unsupported("a record has no fields");
  const scope = inNamespace(schema, inner(outer));
  const members: Member[] = [];
  // Named before its fields are looked at: a field may hold the record itself, and then all of it.
  const whole = define(schema, scope, recordType(members, all));
  for (const field of fields as readonly unknown[]) {
    if (typeof field !== "object" || field === null || !("name" in field) || typeof field.name !== "string") {
      throw unsupported("a field has no name");
    }
    members.push({ name: field.name, type: typeOf("type" in field ? field.type : undefined, scope) });
  }
  return outer.isWanted === all ? whole : recordType(members, outer.isWanted);
}

function enumType(schema: Schema, outer: Scope): ValueType {
  const symbols = schema["symbols"];
  if (!Array.isArray(symbols)) throw unsupported("an enum has no symbols");
  const read: ValueReader = (cursor) => {
    const index = cursor.count();
    if (index < 0 || index >= symbols.length) throw new AvroDataError(`an enum has no symbol number ${index}`);
    return symbols[index] as unknown;
  };
  return define(schema, inNamespace(schema, outer), plain(read));
}

function fixedType(schema: Schema, outer: Scope): ValueType {
  const size = schema["size"];
  if (typeof size !== "number") throw unsupported("a fixed type has no size");
  const isDecimal = schema["logicalType"] === "decimal";
  const scale = scaleOf(schema);
  const read: ValueReader = (cursor) => {
    const bytes = cursor.bytes(size);
    return isDecimal ? decimal(bytes, scale) : base64(bytes);
  };
  return define(schema, inNamespace(schema, outer), { read, skip: (cursor) => cursor.skip(size) });
}

function unionType(branches: readonly unknown[], scope: Scope): ValueType {
  return branchedType(branches.map((branch) => typeOf(branch, inner(scope))));
}

function define(schema: Schema, scope: Scope, type: ValueType): ValueType {
  const name = schema["name"];
  if (typeof name !== "string") throw unsupported("a type has no name");
  scope.named.set(fullName(name, scope), type);
  return type;
}

function namedType(name: string, scope: Scope): ValueType {
  const type = scope.named.get(fullName(name, scope)) ?? scope.named.get(name);
  if (type === undefined) throw unsupported(`\`${name}\` is no type`);
  return type;
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

function unsupported(problem: string): ReadError {
  return new ReadError("unsupported-avro", `the Avro schema cannot be read: ${problem}`);
}
