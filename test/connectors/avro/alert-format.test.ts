import type { Alert, LogRecord } from "@weir/core";
import { alertAvroSchema, createAvroAlerts } from "@weir/connectors/avro";
import avro from "avsc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeRegistry } from "./fake-registry.ts";

const schema = JSON.parse(alertAvroSchema) as { readonly fields: readonly { readonly name: string }[] };

function setup() {
  const registry = new FakeRegistry();
  return { registry, format: createAvroAlerts({ registry, id: 7 }) };
}

function recordOf(value: Uint8Array | string): LogRecord {
  return { offset: 0, timestamp: 0, key: null, value: Buffer.from(value), headers: {} };
}

async function roundTrip(alert: Alert, { format } = setup()): Promise<string> {
  const record = recordOf(format.encode(alert, () => JSON.stringify(alert)));
  await format.prepare?.("alerts", [record]);
  return format.decode("alerts", record);
}

const base: Alert = {
  id: "a",
  rule: "burst",
  severity: "HIGH",
  status: "firing",
  at: 1_767_225_600_123,
  key: { user: "u1", n: 3, on: true, none: null },
  message: "é😀",
  data: { total: 12.5, list: [1, "a", [null, { deep: [false] }]], place: { lat: 1, tags: [] } },
};

test("what an Avro alert is read as is the JSON that it would have been, whatever values it has", async () => {
  expect(await roundTrip(base)).toBe(JSON.stringify(base));
  const { format, registry } = setup();
  // The client's objects have no place for a name that is `__proto__`.
  const name = fc.string({ unit: "binary" }).filter((text) => text !== "__proto__");
  const values = fc.dictionary(name, fc.jsonValue(), { maxKeys: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        id: fc.string({ unit: "binary" }),
        rule: fc.string({ unit: "binary" }),
        severity: fc.constantFrom("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"),
        status: fc.constantFrom("firing", "resolved"),
        at: fc.oneof(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.constantFrom(-8.64e15, -(2 ** 52) - 1, 8.64e15)),
        key: values,
        message: fc.option(fc.string({ unit: "binary" })),
        data: values,
      }),
      fc.option(fc.oneof(fc.array(values), fc.dictionary(name, fc.array(values))), { nil: undefined }),
      async (alert, events) => {
        const whole = { ...alert, ...(events === undefined ? {} : { events }) } as Alert;
        expect(JSON.parse(await roundTrip(whole, { format, registry }))).toEqual(JSON.parse(JSON.stringify(whole)));
      },
    ),
    { numRuns: 300 },
  );
});

test("the bytes are a zero, the id of the schema and the value, which any reader of Avro reads", () => {
  const { format } = setup();
  const bytes = Buffer.from(format.encode(base, () => JSON.stringify(base)));
  expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 7]);
  const type = avro.Type.forSchema(schema as unknown as avro.Schema);
  expect(type.fromBuffer(bytes.subarray(5))).toMatchObject({ rule: "burst", severity: "HIGH", at: base.at });
});

test("alerts of an older schema, and those from when they were JSON, are read too", async () => {
  const { registry, format } = setup();
  const older = { ...schema, fields: schema.fields.filter(({ name }) => name !== "events") };
  registry.schemas.set(3, older);
  const header = Buffer.from([0, 0, 0, 0, 3]);
  const value = avro.Type.forSchema(older as unknown as avro.Schema, { wrapUnions: "auto" } as object).toBuffer({
    ...base,
    data: { total: 1 },
  });
  const record = recordOf(Buffer.concat([header, value]));
  await format.prepare?.("alerts", [record]);
  expect(format.decode("alerts", record)).toBe(JSON.stringify({ ...base, data: { total: 1 } }));
  expect(format.decode("alerts", recordOf(JSON.stringify(base)))).toBe(JSON.stringify(base));
  // What is no alert has a reason.
  expect(() => format.decode("alerts", recordOf("\u0001"))).toThrow("does not begin with a zero");
});

test("once the id is known, a registry that is down keeps no alert from being written and read", async () => {
  const { registry, format } = setup();
  registry.down = true;
  const record = recordOf(format.encode(base, () => JSON.stringify(base)));
  await format.prepare?.("alerts", [record]);
  expect(format.decode("alerts", record)).toBe(JSON.stringify(base));
  expect(registry.asked).toBe(0);
});
