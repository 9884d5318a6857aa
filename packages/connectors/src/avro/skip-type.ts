import type avro from "avsc";
import type { ByteCursor } from "../files/avro/byte-cursor.ts";
import { arrayType, branchedType, mapType } from "../files/avro/collection-type.ts";
import { primitiveType } from "../files/avro/primitive-type.ts";
import type { ValueType } from "../files/avro/value-type.ts";
import { typeWithoutMeaning } from "./avro-schema.ts";

/** How values of a type are passed over, where nobody reads them; `read` gives nothing of use. */
export function skippedType(type: avro.Type, known: Map<avro.Type, ValueType> = new Map()): ValueType {
  const found = known.get(type);
  if (found !== undefined) return found;
  let made: ValueType | null = null;
  const skip = (cursor: ByteCursor): void => made?.skip(cursor);
  // Known before it is made: a record may hold itself.
  known.set(type, { read: skip, skip });
  made = makeSkipped(typeWithoutMeaning(type), known);
  return made;
}

function makeSkipped(type: avro.Type, known: Map<avro.Type, ValueType>): ValueType {
  switch (type.typeName) {
    case "record":
    case "error": {
      const fields = (type as avro.types.RecordType).fields.map((field) => skippedType(field.type, known));
      const skip = (cursor: ByteCursor): void => {
        for (const field of fields) field.skip(cursor);
      };
      return { read: skip, skip };
    }
    case "array":
      return arrayType(skippedType((type as avro.types.ArrayType).itemsType, known));
    case "map":
      return mapType(skippedType((type as avro.types.MapType).valuesType as avro.Type, known));
    case "union:wrapped":
    case "union:unwrapped":
      return branchedType((type as avro.types.WrappedUnionType).types.map((branch) => skippedType(branch, known)));
    case "fixed": {
      const { size } = type as avro.types.FixedType;
      const skip = (cursor: ByteCursor): void => cursor.skip(size);
      return { read: skip, skip };
    }
    case "enum":
    case "abstract:long":
      return primitiveType("long")!;
    default:
      return primitiveType(type.typeName)!;
  }
}
