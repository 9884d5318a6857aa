// The names that avsc has users override and call begin with underscores.
/* oxlint-disable no-underscore-dangle */
import avro from "avsc";
import type { RegisteredSchema } from "./schema-registry.ts";

/** The types of a schema, by the client that checks schemas; values are read by our own readers. Throws where it is bad. */
export function parseSchema({ schema, references }: RegisteredSchema): avro.Type {
  const options = {
    registry: { long: exactLong() },
    logicalTypes,
    wrapUnions: "auto",
  } as Partial<avro.ForSchemaOptions>;
  for (const reference of references) avro.Type.forSchema(JSON.parse(reference) as avro.Schema, options);
  return avro.Type.forSchema(JSON.parse(schema) as avro.Schema, options);
}

/** A type that gives another one a meaning, as times and decimals do; its values are still those of the other. */
export class MeaningType extends avro.types.LogicalType {
  /** The name of the meaning, `timestamp-micros`. */
  readonly meaning: string;
  /** Of decimals: digits behind the point. */
  readonly scale: number;

  constructor(schema: avro.Schema, options?: object) {
    super(schema, options);
    const { logicalType, scale } = schema as { readonly logicalType: string; readonly scale?: number };
    this.meaning = logicalType;
    this.scale = scale ?? 0;
  }
  protected override _fromValue(value: unknown): unknown {
    return value;
  }
  protected override _toValue(value: unknown): unknown {
    return value;
  }
}

/** Longs of 64 bits: numbers where a double holds them, else text. The client's own are wrong from 2^52 on, without an error below −2^52. */
export function exactLong(): avro.Type {
  return avro.types.LongType.__with({
    fromBuffer: (buffer: Buffer) => {
      const value = buffer.readBigInt64LE();
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    },
    toBuffer: (value: number | string) => {
      const buffer = Buffer.alloc(8);
      // Throws for what is not whole, and for what 64 bits do not hold.
      buffer.writeBigInt64LE(BigInt(value));
      return buffer;
    },
    fromJSON: (value: number | string) => value,
    toJSON: (value: number | string) => value,
    isValid: isLong,
    compare: (a: number, b: number) => Number(a > b) - Number(a < b),
  });
}

function isLong(value: unknown): boolean {
  const isWhole = typeof value === "number" ? Number.isInteger(value) : /^-?\d{1,19}$/.test(String(value));
  return isWhole && BigInt.asIntN(64, BigInt(value as number | string)) === BigInt(value as number | string);
}

const logicalTypes = Object.fromEntries(
  [
    "timestamp-micros",
    "local-timestamp-micros",
    "time-micros",
    "timestamp-nanos",
    "local-timestamp-nanos",
    "date",
    "decimal",
  ].map((name) => [name, MeaningType]),
);

export function isUnion(type: avro.Type): type is avro.types.WrappedUnionType | avro.types.UnwrappedUnionType {
  return type.typeName.startsWith("union:");
}

export function isRecord(type: avro.Type): type is avro.types.RecordType {
  return type.typeName === "record" || type.typeName === "error";
}

/** What a type's values are written as. */
export function typeWithoutMeaning(type: avro.Type): avro.Type {
  return type instanceof avro.types.LogicalType ? typeWithoutMeaning(type.underlyingType) : type;
}
