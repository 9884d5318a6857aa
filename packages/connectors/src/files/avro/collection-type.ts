import { setOwn } from "../set-own.ts";
import { AvroDataError } from "./avro-data-error.ts";
import type { ByteCursor } from "./byte-cursor.ts";
import { skipBytes } from "./primitive-type.ts";
import type { ValueType } from "./value-type.ts";

export function arrayType(item: ValueType): ValueType {
  return {
    read: (cursor) => {
      const items: unknown[] = [];
      for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
        for (let i = 0; i < count; i++) items.push(item.read(cursor));
      }
      return items;
    },
    skip: (cursor) => {
      for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
        for (let i = 0; i < count; i++) item.skip(cursor);
      }
    },
  };
}

export function mapType(value: ValueType): ValueType {
  return {
    read: (cursor) => {
      const map: Record<string, unknown> = {};
      for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
        for (let i = 0; i < count; i++) setOwn(map, cursor.text(), value.read(cursor));
      }
      return map;
    },
    skip: (cursor) => {
      for (let count = blockCount(cursor); count !== 0; count = blockCount(cursor)) {
        for (let i = 0; i < count; i++) {
          skipBytes(cursor);
          value.skip(cursor);
        }
      }
    },
  };
}

/** A value of one of several types, which begins with the number of its type. */
export function branchedType(types: readonly ValueType[]): ValueType {
  const branch = (cursor: ByteCursor): ValueType => {
    const index = cursor.count();
    const type = types[index];
    if (type === undefined) throw new AvroDataError(`a union has no branch number ${index}`);
    return type;
  };
  return { read: (cursor) => branch(cursor).read(cursor), skip: (cursor) => branch(cursor).skip(cursor) };
}

/** How many items follow; a negative count is followed by their length in bytes. */
function blockCount(cursor: ByteCursor): number {
  const count = cursor.count();
  if (count < 0) cursor.count();
  // Items without bytes exist (null), but a count beyond the data is damage that must not fill the memory.
  if (Math.abs(count) > cursor.left) throw new AvroDataError(`a list of ${Math.abs(count)} items does not fit`);
  return Math.abs(count);
}
