import type { Decoder } from "@weir/core";
import { createAvroDecoder, createSchemaRegistry } from "@weir/connectors/avro";
import { createJsonDecoder } from "@weir/connectors/formats";
import avro from "avsc";

export const rules = `
STREAM payments { user: STRING, merchant: STRING, amount: NUMBER, sent?: NUMBER } TIME ts
RULE velocity FROM payments BY user WITHIN 1h WHEN COUNT() > 60 EMIT HIGH
RULE burst FROM payments BY user WITHIN 10s WHEN COUNT() >= 5 EMIT HIGH
RULE merchants FROM payments BY user WITHIN 1h WHEN COUNT(DISTINCT merchant) >= 40 EMIT MEDIUM
RULE probe FROM payments WHERE amount >= 9_900 EMIT LOW { sent }`;

const schema = {
  type: "record",
  name: "Payment",
  fields: [
    { name: "ts", type: "long" },
    { name: "user", type: "string" },
    { name: "merchant", type: "string" },
    { name: "amount", type: "double" },
  ],
} as const;

export const schemaText = JSON.stringify(schema);

interface Payment {
  readonly ts: number;
  readonly user: string;
  readonly merchant: string;
  readonly amount: number;
}

/** The i-th payment of `users` users, who take turns in an order without a pattern. */
export function payment(i: number, users: number): Payment {
  return {
    ts: Date.UTC(2026, 0, 1) + i * 5,
    user: `u${(i * 7919) % users}`,
    merchant: `m${Math.imul(i, 104_729) % 2000}`,
    amount: Math.abs(Math.imul(i, 6151) % 10_000),
  };
}

export type FormatName = "JSON" | "Avro";

/** How payments are written as records, what reads them in a pipeline, and what a program without one reads them with. */
export interface Format {
  readonly encode: (payment: Payment) => Buffer;
  readonly parse: (value: Buffer) => Readonly<Record<string, unknown>>;
  readonly decoder: () => Decoder;
}

/** `schemaId` is what the registry calls the schema of payments. */
export function formatOf(name: FormatName, registryUrl: string, schemaId: number): Format {
  if (name === "JSON") {
    return {
      encode: (event) => Buffer.from(JSON.stringify(event)),
      parse: (value) => JSON.parse(value.toString()) as Readonly<Record<string, unknown>>,
      decoder: () => createJsonDecoder({ stream: "payments" }),
    };
  }
  const header = Buffer.alloc(5);
  header.writeUInt32BE(schemaId, 1);
  const type = avro.Type.forSchema(schema as unknown as avro.Schema);
  return {
    encode: (event) => Buffer.concat([header, type.toBuffer(event)]),
    parse: (value) => type.fromBuffer(value.subarray(header.length)) as Readonly<Record<string, unknown>>,
    decoder: () => createAvroDecoder({ registry: createSchemaRegistry({ url: registryUrl }), stream: "payments" }),
  };
}
