// The names that avsc has users override and call begin with underscores.
/* oxlint-disable no-underscore-dangle */
import avro from "avsc";
import { base64, decimal, logicalNumber } from "../files/avro/logical-value.ts";
import type { RegisteredSchema } from "./schema-registry.ts";
import type { ReadValue } from "./written-reader.ts";

/**
 * Makes a reader of values that were written with one schema and are read as another.
 *
 * Values are those of Avro files: logical times are milliseconds, decimals numbers, bytes base64, unions what they hold,
 * longs beyond 2^53 text. Throws where the schemas are bad or do not fit each other.
 */
export function resolvedReader(writer: RegisteredSchema, reader: RegisteredSchema): ReadValue {
  const fast = compile(writer, reader, {});
  let exact: ReadValue | null = null;
  return (bytes, at) => {
    try {
      return fast(bytes, at);
    } catch (error) {
      // The client refuses longs that a double cannot hold; they are rare, and reading them as text is slow.
      if (!(error instanceof Error) || !error.message.includes("precision loss")) throw error;
      exact ??= compile(writer, reader, { long: exactLong() });
      return exact(bytes, at);
    }
  };
}

type Registry = Record<string, avro.Type>;

function compile(writer: RegisteredSchema, reader: RegisteredSchema, types: Registry): ReadValue {
  const type = parse(reader, types);
  const resolver = type.createResolver(parse(writer, types));
  const convert = converterOf(type, new Map());
  return (given, at) => {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
    const { value, offset } = type.decode(bytes, at, resolver) as { readonly value: unknown; readonly offset: number };
    if (offset < 0) throw new Error("the bytes end before the value does");
    if (offset < bytes.length) throw new Error(`${bytes.length - offset} bytes are left over`);
    return convert === null ? value : convert(value);
  };
}

function parse({ schema, references }: RegisteredSchema, types: Registry): avro.Type {
  const options = { registry: { ...types }, logicalTypes, wrapUnions: "auto" } as Partial<avro.ForSchemaOptions>;
  for (const reference of references) avro.Type.forSchema(JSON.parse(reference) as avro.Schema, options);
  return avro.Type.forSchema(JSON.parse(schema) as avro.Schema, options);
}

/** Longs of any size: numbers where a double holds them, else text. */
export function exactLong(): avro.Type {
  return avro.types.LongType.__with({
    fromBuffer: (buffer: Buffer) => {
      const value = buffer.readBigInt64LE();
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    },
    toBuffer: (value: number | string) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(BigInt(value));
      return buffer;
    },
    fromJSON: (value: number | string) => value,
    toJSON: (value: number | string) => value,
    isValid: (value: unknown) => typeof value === "number" || typeof value === "string",
    compare: (a: number, b: number) => Number(a > b) - Number(a < b),
  });
}

function numberType(name: string): new (schema: avro.Schema, options?: object) => avro.types.LogicalType {
  const convert = logicalNumber(name) ?? ((value: number) => value);
  return class extends avro.types.LogicalType {
    protected override _fromValue(value: number | string): unknown {
      return typeof value === "number" ? convert(value) : value;
    }
    protected override _toValue(value: unknown): unknown {
      return value;
    }
    protected override _resolve(type: avro.Type): ((value: unknown) => unknown) | undefined {
      // What the writer's type read is converted already where it is this one.
      if (type instanceof this.constructor) return (value) => value;
      return /^(long|int)$/.test(type.typeName) ? (value) => this._fromValue(value as number) : undefined;
    }
  };
}

class DecimalType extends avro.types.LogicalType {
  readonly #scale: number;
  constructor(schema: avro.Schema, options?: object) {
    super(schema, options);
    const { scale } = schema as { readonly scale?: number };
    this.#scale = scale ?? 0;
  }
  protected override _fromValue(value: Buffer): unknown {
    return decimal(value, this.#scale);
  }
  protected override _toValue(value: unknown): unknown {
    return value;
  }
  protected override _resolve(type: avro.Type): ((value: unknown) => unknown) | undefined {
    if (type instanceof DecimalType) return (value) => value;
    return /^(bytes|fixed)$/.test(type.typeName) ? (value) => this._fromValue(value as Buffer) : undefined;
  }
}

const logicalTypes = {
  ...Object.fromEntries(
    [
      "timestamp-micros",
      "local-timestamp-micros",
      "time-micros",
      "timestamp-nanos",
      "local-timestamp-nanos",
      "date",
    ].map((name) => [name, numberType(name)]),
  ),
  decimal: DecimalType,
};

type Convert = (value: unknown) => unknown;

/** What has to be done to values of a type after they were read; `null`: nothing. */
function converterOf(type: avro.Type, seen: Map<avro.Type, { convert: Convert | null } | null>): Convert | null {
  const known = seen.get(type);
  if (known === null) {
    // A type that holds itself: decided by the time a value is there.
    return (value) => seen.get(type)?.convert?.(value) ?? value;
  }
  if (known !== undefined) return known.convert;
  seen.set(type, null);
  const convert = makeConverter(type, seen);
  seen.set(type, { convert });
  return convert;
}

function makeConverter(type: avro.Type, seen: Map<avro.Type, { convert: Convert | null } | null>): Convert | null {
  switch (type.typeName) {
    case "bytes":
    case "fixed":
      return (value) => base64(value as Uint8Array);
    case "record":
    case "error": {
      const fields = (type as avro.types.RecordType).fields
        .map((field) => [field.name, converterOf(field.type, seen)] as const)
        .filter((field): field is readonly [string, Convert] => field[1] !== null);
      if (fields.length === 0) return null;
      return (value) => {
        const record = value as Record<string, unknown>;
        for (const [name, convert] of fields) record[name] = convert(record[name]);
        return record;
      };
    }
    case "array": {
      const items = converterOf((type as avro.types.ArrayType).itemsType, seen);
      return items === null ? null : (value) => (value as unknown[]).map(items);
    }
    case "map": {
      const values = converterOf((type as avro.types.MapType).valuesType as avro.Type, seen);
      if (values === null) return null;
      return (value) => Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, values(each)]));
    }
    case "union:wrapped": {
      const branches = new Map(
        (type as avro.types.WrappedUnionType).types.map((branch) => [branch.branchName, converterOf(branch, seen)]),
      );
      return (value) => {
        if (value === null) return null;
        const [name, inner] = Object.entries(value as object)[0] ?? [];
        return branches.get(name)?.(inner) ?? (inner as unknown);
      };
    }
    case "union:unwrapped": {
      const [branch] = (type as avro.types.UnwrappedUnionType).types.filter(({ typeName }) => typeName !== "null");
      const others = (type as avro.types.UnwrappedUnionType).types.length > 2;
      if (branch === undefined) return null;
      const convert = converterOf(branch, seen);
      // Of several branches that are told apart by their values, only bytes need anything done.
      if (others) return (value) => (value instanceof Uint8Array ? base64(value) : value);
      return convert === null ? null : (value) => (value === null ? null : convert(value));
    }
    default:
      return null;
  }
}
