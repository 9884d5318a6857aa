import { createAvroDecoder } from "@weir/connectors/avro";
import { DecodeError, DecoderUnavailableError, type LogRecord } from "@weir/core";
import avro from "avsc";
import { describe, expect, test } from "vitest";
import { FakeRegistry } from "./fake-registry.ts";

const v1 = {
  type: "record",
  name: "Payment",
  fields: [
    { name: "user", type: "string" },
    { name: "amount", type: "double" },
  ],
} as const;
const v2 = {
  ...v1,
  fields: [
    ...v1.fields,
    { name: "ts", type: ["null", { type: "long", logicalType: "timestamp-micros" }], default: null },
    { name: "country", type: "string", default: "XX" },
  ],
} as const;

function record(id: number, schema: object, value: unknown): LogRecord {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return recordOf(Buffer.concat([header, avro.Type.forSchema(schema as avro.Schema).toBuffer(value)]));
}

function recordOf(value: Uint8Array | null): LogRecord {
  return { offset: 0, timestamp: 0, key: null, value, headers: {} };
}

function setup(options: { readonly readerSchema?: string; readonly now?: () => number } = {}) {
  const registry = new FakeRegistry();
  registry.schemas.set(1, v1).set(2, v2);
  return { registry, decoder: createAvroDecoder({ registry, stream: "payments", ...options }) };
}

const newer = record(2, v2, { user: "u", amount: 1.5, ts: 1_700_000_000_123_456, country: "CH" });
const older = record(1, v1, { user: "u", amount: 1.5 });

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
  return "none";
}

test("records are read with the schema they were written with, each id asked for once", async () => {
  const { registry, decoder } = setup();
  await decoder.prepare?.("t", [newer, older, newer]);
  expect(decoder.prepare?.("t", [newer, older])).toBeNull();
  expect(registry.asked).toBe(2);
  expect(decoder.decode("t", older)).toEqual({ stream: "payments", event: { user: "u", amount: 1.5 } });
  expect(decoder.decode("t", newer)).toMatchObject({ event: { ts: 1_700_000_000_123.456, country: "CH" } });
});

test("a reader's schema reads older and newer writers alike", async () => {
  const reads2 = setup({ readerSchema: JSON.stringify(v2) }).decoder;
  await reads2.prepare?.("t", [newer, older]);
  expect(reads2.decode("t", older)).toMatchObject({ event: { user: "u", amount: 1.5, ts: null, country: "XX" } });
  expect(reads2.decode("t", newer)).toMatchObject({ event: { ts: 1_700_000_000_123.456, country: "CH" } });
  const reads1 = setup({ readerSchema: JSON.stringify(v1) }).decoder;
  await reads1.prepare?.("t", [newer]);
  expect(reads1.decode("t", newer)).toEqual({ stream: "payments", event: { user: "u", amount: 1.5 } });
});

test("with a reader's schema only the fields that are looked at are made, and the same records cannot be decoded", async () => {
  const { registry, decoder } = setup({ readerSchema: JSON.stringify(v2) });
  const narrow = decoder.narrow?.(new Set(["amount", "country"])) ?? decoder;
  await narrow.prepare?.("t", [newer, older]);
  expect(registry.asked).toBe(2);
  expect(narrow.decode("t", newer)).toEqual({ stream: "payments", event: { amount: 1.5, country: "CH" } });
  expect(narrow.decode("t", older)).toEqual({ stream: "payments", event: { amount: 1.5, country: "XX" } });
  const bytes = Buffer.from(newer.value ?? []);
  for (const value of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(1)])]) {
    expect(codeOf(() => narrow.decode("t", recordOf(value)))).toBe("damaged");
  }
});

test("longs are exact with a reader's schema, where avsc reads other ones without an error", async () => {
  const schema = { type: "record", name: "Payment", fields: [{ name: "n", type: "long" }] };
  const { registry, decoder } = setup({ readerSchema: JSON.stringify(schema) });
  registry.schemas.set(6, schema);
  // Zigzag of -2^52 - 1, which avsc alone reads as -2^52 + 1.
  const value = Buffer.from([0, 0, 0, 0, 6, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]);
  expect(avro.Type.forSchema(schema as avro.Schema).fromBuffer(value.subarray(5))).not.toEqual({ n: -(2 ** 52) - 1 });
  await decoder.prepare?.("t", [recordOf(value)]);
  expect(decoder.decode("t", recordOf(value))).toMatchObject({ event: { n: -(2 ** 52) - 1 } });
  const endless = Buffer.concat([value.subarray(0, 5), Buffer.alloc(11, 0xff), Buffer.of(0)]);
  expect(codeOf(() => decoder.decode("t", recordOf(endless)))).toBe("damaged");
});

describe("what cannot be decoded has a code of its own", () => {
  test("bytes that are not in the wire format, and a tombstone", () => {
    const { decoder } = setup();
    expect(codeOf(() => decoder.decode("t", recordOf(Buffer.from('{"a":1}'))))).toBe("not-avro");
    expect(codeOf(() => decoder.decode("t", recordOf(Buffer.of(0, 0))))).toBe("not-avro");
    expect(codeOf(() => decoder.decode("t", recordOf(null)))).toBe("tombstone");
    expect(codeOf(() => decoder.decode("t", recordOf(new Uint8Array(10_000_000))))).toBe("too-large");
  });

  test("bytes that do not fit their schema, too few and too many", async () => {
    const { decoder } = setup();
    await decoder.prepare?.("t", [older]);
    const bytes = Buffer.from(older.value ?? []);
    for (let length = 5; length < bytes.length; length++) {
      expect(codeOf(() => decoder.decode("t", recordOf(bytes.subarray(0, length))))).toBe("damaged");
    }
    expect(codeOf(() => decoder.decode("t", recordOf(Buffer.concat([bytes, Buffer.of(1)]))))).toBe("damaged");
  });

  test("a writer that the reader's schema does not fit", async () => {
    const { decoder } = setup({ readerSchema: JSON.stringify({ ...v1, fields: [{ name: "other", type: "int" }] }) });
    await decoder.prepare?.("t", [older]);
    expect(codeOf(() => decoder.decode("t", older))).toBe("wrong-schema");
  });
});

test("while the registry is down known schemas are read on, an unknown one makes the task wait", async () => {
  const { registry, decoder } = setup();
  await decoder.prepare?.("t", [older]);
  registry.down = true;
  expect(decoder.prepare?.("t", [older])).toBeNull();
  expect(codeOf(() => decoder.decode("t", older))).toBe("none");
  for (let i = 0; i < 3; i++) {
    await expect(decoder.prepare?.("t", [newer])).rejects.toBeInstanceOf(DecoderUnavailableError);
  }
  registry.down = false;
  await decoder.prepare?.("t", [newer]);
  expect(codeOf(() => decoder.decode("t", newer))).toBe("none");
});

test("an id that the registry does not know is waited for, then its records are refused", async () => {
  let now = 0;
  const { registry, decoder } = setup({ now: () => now });
  const strange = record(99, v1, { user: "u", amount: 1 });
  await expect(decoder.prepare?.("t", [strange])).rejects.toBeInstanceOf(DecoderUnavailableError);
  now = 29_999;
  await expect(decoder.prepare?.("t", [strange])).rejects.toBeInstanceOf(DecoderUnavailableError);
  now = 30_000;
  await decoder.prepare?.("t", [strange]);
  expect(codeOf(() => decoder.decode("t", strange))).toBe("unknown-schema");
  registry.schemas.set(99, v1);
  await decoder.prepare?.("t", [strange]);
  expect(codeOf(() => decoder.decode("t", strange))).toBe("none");
});

test("values are those of Avro files: base64, decimals, unions, long as text beyond 2^53, a type within itself", async () => {
  const schema = {
    type: "record",
    name: "All",
    fields: [
      { name: "bytes", type: "bytes" },
      { name: "price", type: { type: "bytes", logicalType: "decimal", precision: 6, scale: 2 } },
      { name: "day", type: { type: "int", logicalType: "date" } },
      { name: "big", type: "long" },
      { name: "either", type: ["null", "string", "bytes"] },
      { name: "number", type: ["int", "double"] },
      { name: "kind", type: { type: "enum", name: "Kind", symbols: ["A", "B"] } },
      { name: "list", type: { type: "array", items: "bytes" } },
      { name: "map", type: { type: "map", values: ["null", "bytes"] } },
      { name: "next", type: ["null", "All"] },
    ],
  };
  const { registry, decoder } = setup();
  registry.schemas.set(5, schema);
  const inner = {
    bytes: Buffer.of(1, 2),
    price: Buffer.of(0x04, 0xd2),
    day: 1,
    big: 5,
    either: "s",
    number: { int: 7 },
    kind: "B",
    list: [Buffer.of(3)],
    map: { x: Buffer.of(4), y: null },
    next: null,
  };
  const header = Buffer.of(0, 0, 0, 0, 5);
  const plain = avro.Type.forSchema(schema as avro.Schema);
  const encoded = plain.toBuffer({ ...inner, next: { ...inner, either: null, number: { double: 0.5 } } });
  const small = recordOf(Buffer.concat([header, encoded]));
  await decoder.prepare?.("t", [small]);
  const values = {
    bytes: "AQI=",
    price: 12.34,
    day: 86_400_000,
    big: 5,
    either: "s",
    number: 7,
    kind: "B",
    list: ["Aw=="],
    map: { x: "BA==", y: null },
  };
  expect(plainOf(decoder.decode("t", small))).toEqual({
    stream: "payments",
    event: { ...values, next: { ...values, either: null, number: 0.5, next: null } },
  });

  // 2^53 + 1 as a long: zigzag of 9007199254740993.
  const at = plain.toBuffer({ ...inner, big: 0 });
  const long = Buffer.from([0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]);
  const place = 3 + 3 + 1;
  const big = Buffer.concat([header, at.subarray(0, place), long, at.subarray(place + 1)]);
  expect(plainOf(decoder.decode("t", recordOf(big)))).toMatchObject({ event: { big: "9007199254740993" } });
});

function plainOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
