import type avro from "avsc";
import { AvroDataError } from "../files/avro/avro-data-error.ts";
import type { ByteCursor } from "../files/avro/byte-cursor.ts";
import { arrayType, branchedType, mapType } from "../files/avro/collection-type.ts";
import { base64, decimal, logicalNumber } from "../files/avro/logical-value.ts";
import { finite, plain, primitiveType, skipBytes } from "../files/avro/primitive-type.ts";
import type { ValueType } from "../files/avro/value-type.ts";
import { isUnion, MeaningType, typeWithoutMeaning } from "./avro-schema.ts";
import type { RecordResolver } from "./resolved-record.ts";

/** Thrown where values of one type cannot be read as another. */
export class UnresolvedError extends Error {
  override readonly name = "UnresolvedError";
}

/**
 * How values that were written as one type are read as another, by Avro's rules of resolution.
 *
 * Errors  `UnresolvedError` where the types do not fit.
 * Source  https://avro.apache.org/docs/1.12.0/specification/#schema-resolution
 */
export function resolvedType(reader: avro.Type, writer: avro.Type, records: RecordResolver): ValueType {
  if (isUnion(writer)) return branchedType(writer.types.map((branch) => resolvedType(reader, branch, records)));
  if (isUnion(reader)) return firstThatFits(reader.types, writer, records);
  if (reader instanceof MeaningType) return meantType(reader, writer) ?? unresolved(reader, writer);
  return builtIn(reader, typeWithoutMeaning(writer), records) ?? unresolved(reader, writer);
}

function firstThatFits(branches: readonly avro.Type[], writer: avro.Type, records: RecordResolver): ValueType {
  for (const branch of branches) {
    try {
      return resolvedType(branch, writer, records);
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
    }
  }
  throw new UnresolvedError(`none of the branches of a union can be read from ${nameOf(writer)}`);
}

/** Where the writer gave it a meaning itself, that one counts: it may have another scale. */
function meantType(reader: MeaningType, writer: avro.Type): ValueType | null {
  const meaning = writer instanceof MeaningType ? writer : reader;
  if (meaning.meaning !== reader.meaning) return null;
  const written = typeWithoutMeaning(writer);
  if (reader.meaning === "decimal") return decimalType(written, meaning.scale);
  const convert = logicalNumber(reader.meaning);
  if (convert === null || !isWhole(written)) return null;
  return plain((cursor) => convert(Number(cursor.long())));
}

function decimalType(written: avro.Type, scale: number): ValueType | null {
  if (written.typeName === "bytes") {
    return { read: (cursor) => decimal(cursor.bytes(cursor.count()), scale), skip: skipBytes };
  }
  if (written.typeName !== "fixed") return null;
  const { size } = written as avro.types.FixedType;
  return { read: (cursor) => decimal(cursor.bytes(size), scale), skip: (cursor) => cursor.skip(size) };
}

/** `null` where the types do not fit. */
function builtIn(reader: avro.Type, writer: avro.Type, records: RecordResolver): ValueType | null {
  switch (reader.typeName) {
    case "int":
      return writer.typeName === "int" ? primitiveType("int") : null;
    case "long":
    case "abstract:long":
      return isWhole(writer) ? primitiveType("long") : null;
    case "float":
    case "double":
      return numberType(reader, writer);
    case "string":
    case "bytes":
      return writer.typeName === "string" || writer.typeName === "bytes" ? primitiveType(reader.typeName) : null;
    case "enum":
      return writer.typeName === "enum" ? enumType(reader as Enum, writer as Enum) : null;
    case "fixed":
      return writer.typeName === "fixed" ? fixedType(reader as avro.types.FixedType, writer as Fixed) : null;
    case "array":
      if (writer.typeName !== "array") return null;
      return arrayType(resolvedType(itemsOf(reader), itemsOf(writer), records));
    case "map":
      if (writer.typeName !== "map") return null;
      return mapType(resolvedType(valuesOf(reader), valuesOf(writer), records));
    case "record":
    case "error":
      if (writer.typeName !== "record" && writer.typeName !== "error") return null;
      return records.resolve(reader as avro.types.RecordType, writer as avro.types.RecordType);
    default:
      return writer.typeName === reader.typeName ? primitiveType(reader.typeName) : null;
  }
}

type Fixed = avro.types.FixedType;
type Enum = avro.types.EnumType & { readonly default?: string };

/** Every number fits a double, as near as there is one; but a float is read from no double. */
function numberType(reader: avro.Type, writer: avro.Type): ValueType | null {
  if (isWhole(writer)) return plain((cursor) => Number(cursor.long()));
  if (writer.typeName === "float") return plain((cursor) => finite(cursor.float()));
  return writer.typeName === "double" && reader.typeName === "double" ? primitiveType("double") : null;
}

function enumType(reader: Enum, writer: Enum): ValueType | null {
  const symbols = writer.symbols.map((symbol) => (reader.symbols.includes(symbol) ? symbol : reader.default));
  if (!hasNameOf(reader, writer) || symbols.includes(undefined)) return null;
  return plain((cursor) => {
    const index = cursor.count();
    const symbol = symbols[index];
    if (symbol === undefined) throw new AvroDataError(`an enum has no symbol number ${index}`);
    return symbol;
  });
}

function fixedType(reader: Fixed, writer: Fixed): ValueType | null {
  const { size } = reader;
  if (size !== writer.size || !hasNameOf(reader, writer)) return null;
  return { read: (cursor: ByteCursor) => base64(cursor.bytes(size)), skip: (cursor) => cursor.skip(size) };
}

/** Whether the writer's name is the reader's, or one of its aliases; a type without a name has any. */
export function hasNameOf(reader: avro.Type, writer: avro.Type): boolean {
  if (writer.name === undefined) return true;
  return reader.name === writer.name || (reader.aliases ?? []).includes(writer.name);
}

function isWhole({ typeName }: avro.Type): boolean {
  return typeName === "int" || typeName === "long" || typeName === "abstract:long";
}

function itemsOf(type: avro.Type): avro.Type {
  return (type as avro.types.ArrayType).itemsType;
}

function valuesOf(type: avro.Type): avro.Type {
  return (type as avro.types.MapType).valuesType as avro.Type;
}

function unresolved(reader: avro.Type, writer: avro.Type): never {
  throw new UnresolvedError(`${nameOf(writer)} cannot be read as ${nameOf(reader)}`);
}

function nameOf(type: avro.Type): string {
  return `\`${type.name ?? type.typeName.replace(/^(union|abstract|logical):(.*)$/, (_, kind: string, rest: string) => (kind === "union" ? kind : rest))}\``;
}
