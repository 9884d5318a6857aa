import avro from "avsc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactLong } from "../../../packages/connectors/src/avro/avro-schema.ts";
import { resolvedReader } from "../../../packages/connectors/src/avro/resolved-reader.ts";
import { StringPool } from "../../../packages/connectors/src/files/string-pool.ts";
import { avscReader } from "./avsc-reference.ts";
import { schemaPairs } from "./schema-pairs.ts";

const registered = (schema: object) => ({ type: "AVRO", schema: JSON.stringify(schema), references: [] }) as const;

function reader(writer: object, as: object, fields: readonly string[] | null = null): (bytes: Buffer) => unknown {
  const wanted = fields === null ? null : new Set(fields);
  const read = resolvedReader(registered(writer), registered(as), wanted, new StringPool());
  return (bytes) => read(bytes, 0);
}

function encode(schema: object, value: unknown): Buffer {
  const options = { registry: { long: exactLong() }, wrapUnions: "always" };
  return avro.Type.forSchema(schema as avro.Schema, options as Partial<avro.ForSchemaOptions>).toBuffer(value);
}

/** As events are compared: what is no number is null, and records are plain objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

type Made = { readonly read: (bytes: Buffer) => unknown } | { readonly problem: unknown };

function made(make: () => (bytes: Buffer) => unknown): Made {
  try {
    return { read: make() };
  } catch (problem) {
    return { problem };
  }
}

describe("values that were written with one schema and are read as another", () => {
  test("are what avsc makes of them, and schemas that do not fit each other are the same ones", () => {
    let fitting = 0;
    let unfit = 0;
    fc.assert(
      fc.property(schemaPairs(), ({ writer, reader: as, values }) => {
        const wanted = made(() => avscReader(writer, as));
        const found = made(() => reader(writer, as));
        expect("read" in found).toBe("read" in wanted);
        if (!("read" in found && "read" in wanted)) {
          unfit++;
          return;
        }
        fitting++;
        for (const value of values) {
          const bytes = encode(writer, value);
          expect(plain(found.read(bytes))).toEqual(plain(wanted.read(bytes)));
        }
      }),
      { numRuns: 800 },
    );
    // Both happen, or the test says little.
    expect(fitting).toBeGreaterThan(150);
    expect(unfit).toBeGreaterThan(50);
  });

  test("hold, with some fields wanted, these of what they hold else", () => {
    fc.assert(
      fc.property(schemaPairs(), fc.infiniteStream(fc.boolean()), ({ writer, reader: as, values }, wants) => {
        const whole = made(() => reader(writer, as));
        if (!("read" in whole)) return;
        const fields = as.fields.map(({ name }) => name).filter(() => wants.next().value === true);
        const some = reader(writer, as, fields);
        for (const value of values) {
          const bytes = encode(writer, value);
          const all = plain(whole.read(bytes)) as Readonly<Record<string, unknown>>;
          expect(plain(some(bytes))).toEqual(Object.fromEntries(fields.map((name) => [name, all[name]])));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("are refused where bytes are missing or left over, whichever fields are wanted", () => {
    fc.assert(
      fc.property(schemaPairs(), fc.nat(), ({ writer, reader: as, values }, cut) => {
        for (const fields of [null, []]) {
          const read = made(() => reader(writer, as, fields));
          if (!("read" in read)) return;
          for (const value of values) {
            const bytes = encode(writer, value);
            expect(() => read.read(Buffer.concat([bytes, Buffer.of(0)]))).toThrow();
            if (bytes.length > 0) expect(() => read.read(bytes.subarray(0, cut % bytes.length))).toThrow();
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  const record = (...fields: readonly object[]) => ({ type: "record", name: "R", fields });

  test("may hold themselves, also under other names", () => {
    const node = (name: string, next: string, more: object) => ({
      type: "record",
      name,
      ...more,
      fields: [
        { name: "n", type: "int" },
        { name: next, type: ["null", name], ...(next === "next" ? {} : { aliases: ["next"] }) },
      ],
    });
    const [writer, as] = [node("Node", "next", {}), node("Item", "rest", { aliases: ["Node"] })];
    const bytes = encode(writer, { n: 1, next: { Node: { n: 2, next: null } } });
    expect(plain(reader(writer, as)(bytes))).toEqual({ n: 1, rest: { n: 2, rest: null } });
    expect(plain(reader(writer, as, ["rest"])(bytes))).toEqual({ rest: { n: 2, rest: null } });
  });

  test("may be read twice, under two names", () => {
    const writer = record({ name: "a", type: "int" }, { name: "z", type: "string" });
    const as = record({ name: "b", aliases: ["a"], type: "long" }, { name: "a", type: "double" });
    expect(plain(reader(writer, as)(encode(writer, { a: 7, z: "z" })))).toEqual({ a: 7, b: 7 });
    expect(plain(reader(writer, as, ["b"])(encode(writer, { a: 7, z: "z" })))).toEqual({ b: 7 });
  });

  test("have defaults of any type, those of unions being of their first branch", () => {
    const as = record(
      { name: "list", type: { type: "array", items: "bytes" }, default: ["\u0001\u00ff"] },
      { name: "map", type: { type: "map", values: "int" }, default: { a: 1 } },
      { name: "either", type: ["string", "null"], default: "s" },
      { name: "at", type: { type: "long", logicalType: "timestamp-micros" }, default: 1500 },
      {
        name: "price",
        type: { type: "bytes", logicalType: "decimal", precision: 4, scale: 2 },
        default: "\u0004\u00d2",
      },
      {
        name: "inner",
        type: { type: "record", name: "I", fields: [{ name: "x", type: "bytes" }] },
        default: { x: "\u0002" },
      },
    );
    expect(plain(reader(record(), as)(Buffer.alloc(0)))).toEqual({
      list: ["Af8="],
      map: { a: 1 },
      either: "s",
      at: 1.5,
      price: 12.34,
      inner: { x: "Ag==" },
    });
  });

  test("are exact where they are longs, of all 64 bits: numbers while a double holds them, else text", () => {
    const writer = record({ name: "n", type: "long" });
    const as = record({ name: "n", type: "long" }, { name: "d", aliases: ["n"], type: "double" });
    const optional = record({ name: "n", type: ["null", "long"] });
    const longs = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc
        .tuple(fc.constantFrom(31n, 52n, 53n, 62n), fc.bigInt(-3n, 3n), fc.constantFrom(1n, -1n))
        .map(([power, off, sign]) => sign * (2n ** power + off)),
    );
    fc.assert(
      fc.property(longs, (long) => {
        const bytes = encode(writer, { n: String(long) });
        const value = Number.isSafeInteger(Number(long)) ? Number(long) : String(long);
        expect(reader(writer, as)(bytes)).toEqual({ n: value, d: Number(long) });
        expect(reader(writer, optional)(bytes)).toEqual({ n: value });
        const nanos = { type: "long", logicalType: "timestamp-nanos" };
        expect(reader(writer, record({ name: "n", type: nanos }))(bytes)).toEqual({ n: Number(long) / 1e6 });
      }),
      { numRuns: 2000 },
    );
  });
});
