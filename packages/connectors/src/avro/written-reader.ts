import { ByteCursor } from "../files/avro/byte-cursor.ts";
import { valueReader } from "../files/avro/value-reader.ts";
import type { ValueReader } from "../files/avro/value-type.ts";
import type { StringPool } from "../files/string-pool.ts";
import type { RegisteredSchema } from "./schema-registry.ts";

/** Reads a value of one schema, which begins at a place and ends with the bytes, as events have it. Throws for bytes that do not fit. */
export type ReadValue = (bytes: Uint8Array, at: number) => unknown;

/** Makes a reader of values as they were written; with `fields` a record holds these alone. Throws where the schema is bad. */
export function writtenReader(
  { schema, references }: RegisteredSchema,
  fields: ReadonlySet<string> | null,
  pool: StringPool,
): ReadValue {
  const parsed = references.map((reference) => JSON.parse(reference) as unknown);
  return wholeValue(valueReader(JSON.parse(schema), fields, parsed), pool);
}

/** Reads a value that ends with the bytes. */
export function wholeValue(read: ValueReader, pool: StringPool): ReadValue {
  const cursor = new ByteCursor(new Uint8Array(0), pool);
  return (bytes, at) => {
    cursor.begin(bytes, at);
    const value = read(cursor);
    if (cursor.left > 0) throw new Error(`${cursor.left} bytes are left over`);
    return value;
  };
}
