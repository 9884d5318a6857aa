import { once } from "node:events";
import { crc32, deflateRawSync } from "node:zlib";
import { readAvro } from "@weir/connectors/files";
import avsc from "avsc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chunked, readAll } from "./sources.ts";

const read = (source: Uint8Array, cuts: readonly number[] = []) => readAll(readAvro(chunked(source, cuts)));

type Codec = (data: Buffer, done: (error: Error | null, data: Buffer) => void) => void;
const codecs: Readonly<Record<string, Codec>> = {
  null: (data, done) => done(null, data),
  deflate: (data, done) => done(null, deflateRawSync(data)),
  snappy: (data, done) => done(null, snappyOf(data)),
};

/** A container file of these records, written by avsc. */
async function container(
  schema: unknown,
  records: readonly unknown[],
  codec = "null",
  blockSize = 200,
): Promise<Buffer> {
  const encoder = new avsc.streams.BlockEncoder(schema as avsc.Schema, {
    codec,
    codecs,
    blockSize,
    syncMarker: Buffer.alloc(16, 7),
  });
  const parts: Buffer[] = [];
  encoder.on("data", (part: Buffer) => parts.push(part));
  for (const record of records) encoder.write(record);
  encoder.end();
  await once(encoder, "end");
  return Buffer.concat(parts);
}

function repeats(data: Buffer, byte: number): number {
  const other = data.findIndex((found) => found !== byte);
  return other === -1 ? data.length : other;
}

/** Snappy's format with literals, and a copy where a byte repeats. */
function snappyOf(data: Buffer): Buffer {
  const out: number[] = [];
  let length = data.length;
  for (; length >= 128; length = Math.floor(length / 128)) out.push((length & 127) | 128);
  out.push(length);
  for (let at = 0; at < data.length; ) {
    const run = at === 0 ? 0 : repeats(data.subarray(at, at + 64), data[at - 1]!);
    if (run >= 4) {
      if (run <= 11) out.push(1 | ((run - 4) << 2), 1);
      else out.push(2 | ((run - 1) << 2), 1, 0);
      at += run;
    } else {
      const literal = data.subarray(at, at + 70);
      if (literal.length <= 60) out.push((literal.length - 1) << 2);
      else out.push(60 << 2, literal.length - 1);
      out.push(...literal);
      at += literal.length;
    }
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  return Buffer.concat([Buffer.from(out), sum]);
}

const payments = {
  type: "record",
  name: "Payment",
  namespace: "shop",
  fields: [
    { name: "ts", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "user", type: "string" },
    { name: "amount", type: "double" },
    { name: "note", type: ["null", "string"] },
    { name: "status", type: { type: "enum", name: "Status", symbols: ["OK", "NO"] } },
    { name: "previous", type: ["null", "Status"] },
    { name: "tags", type: { type: "array", items: "string" } },
    { name: "attributes", type: { type: "map", values: "int" } },
  ],
};

const payment = fc.record({
  ts: fc.nat(),
  user: fc.string({ unit: "grapheme" }),
  amount: fc.double({ noNaN: true, noDefaultInfinity: true }),
  note: fc.option(fc.string()),
  status: fc.constantFrom("OK", "NO"),
  previous: fc.constantFrom(null, "NO"),
  tags: fc.array(fc.string(), { maxLength: 3 }),
  attributes: fc.dictionary(fc.string(), fc.integer({ min: -1000, max: 1000 }), { maxKeys: 3 }),
});

test("what avsc writes comes back, with any codec, wherever the chunks end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(payment, { minLength: 1, maxLength: 30 }),
      fc.constantFrom("null", "deflate", "snappy"),
      fc.array(fc.nat({ max: 3000 }), { maxLength: 6 }),
      async (records, codec, cuts) => {
        const { events, lines, bad, error } = await read(await container(payments, records, codec), cuts);
        expect({ events, bad, error }).toEqual({ events: records, bad: [], error: null });
        expect(lines).toEqual(records.map((_, i) => i + 1));
      },
    ),
    { numRuns: 60 },
  );
});

const names = payments.fields.map(({ name }) => name);
const wanted = fc.subarray([...names, "unknown"]).map((fields) => new Set(fields));

/** Records that hold the wanted fields alone. */
function picked(events: readonly unknown[], fields: ReadonlySet<string>): unknown[] {
  return events.map((event) =>
    Object.fromEntries(Object.entries(event as object).filter(([name]) => fields.has(name))),
  );
}

// More records than it takes until code is made for them.
const many = fc.array(payment, { minLength: 100, maxLength: 160 });

test("only the wanted fields are in the events, and they are what they are among all", async () => {
  await fc.assert(
    fc.asyncProperty(many, wanted, async (records, fields) => {
      const { events, bad, error } = await readAll(readAvro(chunked(await container(payments, records)), { fields }));
      expect({ events, bad, error }).toEqual({ events: picked(records, fields), bad: [], error: null });
    }),
    { numRuns: 40 },
  );
});

test("damage is told of in the same way whichever fields are wanted", async () => {
  const file = await container(payments, fc.sample(payment, { numRuns: 150, seed: 5 }));
  const from = file.indexOf(Buffer.alloc(16, 7)) + 16;
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: from, max: file.length - 1 }), fc.nat({ max: 255 })), { minLength: 1 }),
      wanted,
      async (hits, fields) => {
        const damaged = Uint8Array.from(file);
        for (const [at, byte] of hits) damaged[at] = byte;
        const whole = await read(damaged);
        const some = await readAll(readAvro(chunked(damaged), { fields }));
        expect(some).toEqual({ ...whole, events: picked(whole.events, fields) });
        if (whole.bad.length > 0) told++;
      },
    ),
    { numRuns: 200 },
  );
  expect(told).toBeGreaterThan(20);
});

test("a record without the other fields is still told of whole, also where it holds itself", async () => {
  const node = {
    type: "record",
    name: "Node",
    fields: [
      { name: "id", type: "int" },
      { name: "next", type: ["null", "Node"] },
    ],
  };
  const file = await container(node, [{ id: 1, next: { id: 2, next: { id: 3, next: null } } }]);
  const texts: (string | undefined)[] = [];
  const events: unknown[] = [];
  for await (const batch of readAvro(chunked(file), { fields: new Set(["next"]) })) {
    events.push(...batch.events);
    texts.push(batch.textOf?.(0));
  }
  expect(events).toEqual([{ next: { id: 2, next: { id: 3, next: null } } }]);
  expect(texts).toEqual(['{"id":1,"next":{"id":2,"next":{"id":3,"next":null}}}']);
});

test("names of fields never run as code, and never set a prototype", async () => {
  // Avro allows no such names; a file may hold them all the same.
  const hostile = ['a"]; throw new Error("ran"); //', "`\n${process.exit(1)}`", "constructor", "__proto__"];
  for (const name of hostile) {
    const safe = await container(
      { type: "record", name: "R", fields: [{ name: "n".repeat(JSON.stringify(name).length - 2), type: "string" }] },
      Array.from({ length: 100 }, () => ({ ["n".repeat(JSON.stringify(name).length - 2)]: "v" })),
    );
    const file = Buffer.from(safe.toString("latin1").replace(/n{5,}/, JSON.stringify(name).slice(1, -1)), "latin1");
    const { events, error } = await read(file);
    expect(error).toBeNull();
    expect(events).toHaveLength(100);
    for (const event of [events[0], events[99]]) expect(Object.entries(event as object)).toEqual([[name, "v"]]);
  }
});

function single(type: unknown, value: unknown): Promise<Buffer> {
  return container({ type: "record", name: "R", fields: [{ name: "v", type }] }, [{ v: value }]);
}

test("logical types become what rules work with", async () => {
  const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
  const cases: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ type: "long", logicalType: "timestamp-micros" }, 1_700_000_000_123_000, 1_700_000_000_123],
    [{ type: "int", logicalType: "date" }, 20_000, 20_000 * 86_400_000],
    [{ type: "bytes", logicalType: "decimal", precision: 9, scale: 2 }, bytes("ff38"), -2],
    [{ type: "bytes", logicalType: "decimal", precision: 9, scale: 2 }, bytes("3039"), 123.45],
    [{ type: "string", logicalType: "uuid" }, "a-b", "a-b"],
    [{ type: "fixed", name: "F", size: 3 }, bytes("000102"), "AAEC"],
    ["bytes", bytes("ff"), "/w=="],
    ["double", Number.NaN, null],
    ["long", -1, -1],
  ];
  for (const [type, value, expected] of cases) {
    const { events } = await read(await single(type, value));
    expect(events).toEqual([{ v: expected }]);
  }
});

test("a long that a double cannot hold stays exact, as text", async () => {
  const file = await single({ type: "fixed", name: "Raw", size: 10 }, Buffer.from("feffffffffffffffff01", "hex"));
  const asLong = replaceOnce(file, '{"type":"fixed","name":"Raw","size":10}', '"long"');
  const { events, error } = await read(asLong);
  expect({ events, error }).toEqual({ events: [{ v: "9223372036854775807" }], error: null });
});

test("a file that is cut off gives its whole blocks, then an error", async () => {
  const file = await container(payments, fc.sample(payment, { numRuns: 40, seed: 1 }));
  const { events, error } = await read(file.subarray(0, file.length - 30));
  expect(events.length).toBeGreaterThan(20);
  expect(events.length).toBeLessThan(40);
  expect(error).toMatchObject({ code: "truncated-avro" });
  for (const length of [2, 20, 300]) {
    expect((await read(file.subarray(0, length))).error).toMatchObject({ name: "ReadError" });
  }
});

test("a damaged compressed block costs its records alone", async () => {
  const records = fc.sample(payment, { numRuns: 60, seed: 2 });
  const file = await container(payments, records, "deflate");
  const sync = Buffer.alloc(16, 7);
  const first = file.indexOf(sync) + 16;
  file.fill(0xff, first + 6, first + 20);
  const { events, bad, error } = await read(file);
  expect(error).toBeNull();
  expect(bad).toHaveLength(1);
  expect(bad[0]).toMatchObject({ line: 1 });
  expect(bad[0]?.reason).toContain("the deflate data is damaged; the ");
  expect(events.length + bad[0]!.records).toBe(60);
});

test("damage anywhere never crashes, hangs or fills the memory", async () => {
  const file = await container(payments, fc.sample(payment, { numRuns: 20, seed: 3 }), "snappy");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
      async (hits) => {
        const damaged = Uint8Array.from(file);
        for (const [at, byte] of hits) damaged[at] = byte;
        const { error } = await read(damaged);
        if (error !== null) expect(error).toMatchObject({ name: "ReadError" });
      },
    ),
    { numRuns: 500 },
  );
});

test("a codec we do not have, and a schema that is no record, are named", async () => {
  const file = await single("int", 1);
  const zstd = replaceOnce(file, "avro.codec\u0008null", "avro.codec\u0008zstd");
  expect((await read(zstd)).error).toMatchObject({
    code: "unsupported-avro",
    message: "the file is compressed with `zstd`",
  });
  expect((await read(await container("int", [1]))).error).toMatchObject({ code: "unsupported-avro" });
  expect((await read(Buffer.from("PAR1"))).error).toMatchObject({ code: "damaged-avro" });
});

/** Replaces text in a file, and the length before it where it is the schema's. */
function replaceOnce(file: Buffer, from: string, to: string): Buffer {
  const at = file.indexOf(from);
  expect(at).toBeGreaterThan(0);
  const changed = Buffer.concat([file.subarray(0, at), Buffer.from(to), file.subarray(at + from.length)]);
  if (from.length === to.length) return changed;
  const schemaAt = changed.indexOf("avro.schema") + "avro.schema".length;
  const end = file.indexOf("avro.codec") - 1;
  const oldLength = avsc.Type.forSchema("long").toBuffer(end - schemaAt - 2);
  expect(oldLength).toHaveLength(2);
  const newLength = avsc.Type.forSchema("long").toBuffer(end - schemaAt - 2 - from.length + to.length);
  return Buffer.concat([changed.subarray(0, schemaAt), newLength, changed.subarray(schemaAt + 2)]);
}
