import type { ByteCursor } from "./byte-cursor.ts";
import { base64 } from "./logical-value.ts";
import type { ValueReader, ValueType } from "./value-type.ts";

/** A type of Avro's own by its name; `null` where there is none. */
export function primitiveType(type: string): ValueType | null {
  switch (type) {
    case "null":
      return { read: () => null, skip: () => {}, code: "null" };
    case "boolean":
      return plain((cursor) => cursor.byte() !== 0, "cursor.byte() !== 0");
    case "int":
    case "long":
      return plain((cursor) => cursor.long(), "cursor.long()");
    case "float":
      return plain((cursor) => finite(cursor.float()));
    case "double":
      return { read: (cursor) => finite(cursor.double()), skip: (cursor) => cursor.skip(8) };
    case "bytes":
      return { read: (cursor) => base64(cursor.bytes(cursor.count())), skip: skipBytes };
    case "string":
      return { read: (cursor) => cursor.text(), skip: skipBytes, code: "cursor.text()" };
    default:
      return null;
  }
}

/** What is passed over by reading it. */
export function plain(read: ValueReader, code?: string): ValueType {
  const skip = (cursor: ByteCursor): void => void read(cursor);
  return code === undefined ? { read, skip } : { read, skip, code };
}

export function skipBytes(cursor: ByteCursor): void {
  cursor.skip(cursor.count());
}

/** What events have of a float. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
