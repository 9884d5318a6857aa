// The names that avsc has users override and call begin with underscores.
/* oxlint-disable no-underscore-dangle */
import avro from "avsc";
import { exactLong } from "../../../packages/connectors/src/avro/avro-schema.ts";
import { base64, decimal, logicalNumber } from "../../../packages/connectors/src/files/avro/logical-value.ts";

/** Reads values that were written as one schema as another, by the resolution of avsc. Throws where they do not fit. */
export function avscReader(writer: object, reader: object): (bytes: Buffer) => unknown {
  const type = parse(reader);
  const resolver = type.createResolver(parse(writer));
  const convert = converterOf(type, new Map());
  return (bytes) => {
    const value: unknown = type.fromBuffer(bytes, resolver);
    return convert === null ? value : convert(value);
  };
}

function parse(schema: object): avro.Type {
  const options = { registry: { long: exactLong() }, logicalTypes, wrapUnions: "auto" };
  return avro.Type.forSchema(schema as avro.Schema, options as Partial<avro.ForSchemaOptions>);
}

function numberType(name: string): new (schema: avro.Schema, options?: object) => avro.types.LogicalType {
  const convert = logicalNumber(name) ?? ((value: number) => value);
  return class extends avro.types.LogicalType {
    protected override _fromValue(value: number | string): unknown {
      return convert(Number(value));
    }
    protected override _toValue(value: unknown): unknown {
      return Math.round(Number(value) / convert(1));
    }
    protected override _resolve(type: avro.Type): ((value: unknown) => unknown) | undefined {
      // What the writer's type read is converted already where it is this one.
      if (type instanceof this.constructor) return (value) => value;
      return /^(abstract:long|long|int)$/.test(type.typeName) ? (value) => this._fromValue(value as number) : undefined;
    }
  };
}

/** A decimal that defaults can be made of again. */
class Price {
  readonly bytes: Buffer;
  readonly #scale: number;
  constructor(bytes: Buffer, scale: number) {
    this.bytes = bytes;
    this.#scale = scale;
  }
  toJSON(): number {
    return decimal(this.bytes, this.#scale);
  }
}

class DecimalType extends avro.types.LogicalType {
  readonly #scale: number;
  constructor(schema: avro.Schema, options?: object) {
    super(schema, options);
    const { scale } = schema as { readonly scale?: number };
    this.#scale = scale ?? 0;
  }
  protected override _fromValue(value: Buffer): unknown {
    return new Price(value, this.#scale);
  }
  protected override _toValue(value: Price): Buffer {
    return value.bytes;
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
      const { types } = type as avro.types.UnwrappedUnionType;
      const others = types.filter(({ typeName }) => typeName !== "null").length > 1;
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
