import type { StringPool } from "../files/string-pool.ts";
import type { ValueType } from "../files/avro/value-type.ts";
import { isRecord, parseSchema } from "./avro-schema.ts";
import { RecordResolver } from "./resolved-record.ts";
import { resolvedType } from "./resolved-type.ts";
import type { RegisteredSchema } from "./schema-registry.ts";
import { type ReadValue, wholeValue } from "./written-reader.ts";

/**
 * Makes a reader of values that were written with one schema and are read as another; values are those of Avro files. With `fields`
 * a record holds these of the reader's fields alone. Throws where the schemas are bad or do not fit each other.
 */
export function resolvedReader(
  writer: RegisteredSchema,
  reader: RegisteredSchema,
  fields: ReadonlySet<string> | null,
  pool: StringPool,
): ReadValue {
  return wholeValue(resolve(writer, reader, fields).read, pool);
}

function resolve(writer: RegisteredSchema, reader: RegisteredSchema, fields: ReadonlySet<string> | null): ValueType {
  const [read, written] = [parseSchema(reader), parseSchema(writer)];
  const records = new RecordResolver();
  if (fields === null || !isRecord(read) || !isRecord(written)) return resolvedType(read, written, records);
  return records.resolve(read, written, (field) => fields.has(field));
}
