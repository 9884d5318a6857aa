import type avro from "avsc";
import { base64, decimal, logicalNumber } from "../files/avro/logical-value.ts";
import { setOwn } from "../files/set-own.ts";
import { isRecord, isUnion, MeaningType } from "./avro-schema.ts";

/** What a field has where its writer knows nothing of it, as events have values; `undefined` where the schema says nothing. */
export function defaultOf(field: avro.types.Field): unknown {
  const value: unknown = field.defaultValue();
  return value === undefined ? undefined : shown(field.type, value);
}

function shown(type: avro.Type, value: unknown): unknown {
  if (isUnion(type)) return shownOfUnion(type, type.types[0]!, value);
  if (isRecord(type)) {
    return record(type.fields.map(({ name, type: of }) => [name, shown(of, (value as Record<string, unknown>)[name])]));
  }
  if (type instanceof MeaningType) {
    if (type.meaning === "decimal") return decimal(value as Uint8Array, type.scale);
    return logicalNumber(type.meaning)?.(Number(value)) ?? value;
  }
  switch (type.typeName) {
    case "bytes":
    case "fixed":
      return base64(value as Uint8Array);
    case "array":
      return (value as unknown[]).map((item) => shown((type as avro.types.ArrayType).itemsType, item));
    case "map": {
      const of = (type as avro.types.MapType).valuesType as avro.Type;
      return record(Object.entries(value as object).map(([name, each]) => [name, shown(of, each)]));
    }
    default:
      return value;
  }
}

/** A default of a union is of its first branch; where branches cannot be told apart the client has it within an object of that name. */
function shownOfUnion(union: avro.Type, first: avro.Type, value: unknown): unknown {
  if (value === null) return null;
  const isWrapped = union.typeName === "union:wrapped";
  return shown(first, isWrapped ? Object.values(value as object)[0] : value);
}

function record(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, value] of entries) setOwn(made, name, value);
  return made;
}
