import { type Alert, type AlertFormat, DecodeError, type LogRecord } from "@weir/core";
import avro from "avsc";
import { alertAvroSchema } from "./alert-avro-schema.ts";
import { createAvroDecoder } from "./avro-decoder.ts";
import { exactLong } from "./avro-schema.ts";
import type { RegisteredSchema, SchemaRegistry } from "./schema-registry.ts";

export interface AvroAlertsOptions {
  readonly registry: Pick<SchemaRegistry, "schemaOf">;
  /** The id under which the schema of alerts is registered: `registerAlertSchema` answers it. */
  readonly id: number;
}

/**
 * Alerts in Confluent's wire format, by `alertAvroSchema`. Once the id is known the registry is needed no more, but to read alerts
 * that were written by another version of the schema. What is JSON there, from before a change of the format, is read too.
 */
export function createAvroAlerts({ registry, id }: AvroAlertsOptions): AlertFormat {
  const options = { registry: { long: exactLong() }, wrapUnions: "auto" } as Partial<avro.ForSchemaOptions>;
  const type = avro.Type.forSchema(JSON.parse(alertAvroSchema, plainType) as avro.Schema, options);
  const own: RegisteredSchema = { type: "AVRO", schema: alertAvroSchema, references: [] };
  const schemas = { schemaOf: (of: number) => (of === id ? Promise.resolve(own) : registry.schemaOf(of)) };
  const decoder = createAvroDecoder({ registry: schemas, readerSchema: alertAvroSchema, stream: "alerts" });
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return {
    encode(_alert, json) {
      // By way of JSON, so that a reader of either format gets the same values.
      const alert = JSON.parse(json()) as Alert;
      const { key, data, events } = alert;
      return Buffer.concat([
        header,
        type.toBuffer({
          ...alert,
          key: eachToWire(key),
          data: eachToWire(data),
          events: toWire(events ?? null),
        }),
      ]);
    },
    prepare: (topic, records) =>
      decoder.prepare?.(
        topic,
        records.filter((record) => !isJson(record)),
      ) ?? null,
    decode(topic, record) {
      if (isJson(record)) return Buffer.from(record.value ?? []).toString();
      const decoded = decoder.decode(topic, record);
      if (Array.isArray(decoded)) throw new DecodeError("not-an-alert", "the value is no alert");
      const { key, data, events, ...rest } = ("event" in decoded ? decoded.event : {}) as unknown as WireAlert;
      const { id: alertId, rule, severity, status, at, message } = rest;
      return JSON.stringify({
        id: alertId,
        rule,
        severity,
        status,
        at,
        key: eachFromWire(key),
        message,
        data: eachFromWire(data),
        ...(events === null ? {} : { events: fromWire(events) }),
      });
    },
  };
}

/** The client takes the long of a time for one of its own, which it writes wrong below −2^52; the bytes are the same without the meaning. */
function plainType(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("logicalType" in value) || !("type" in value)) return value;
  return value.type;
}

type Values = Readonly<Record<string, unknown>>;

interface WireAlert extends Omit<Alert, "events"> {
  readonly events: unknown;
}

function eachToWire(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, each]) => [name, toWire(each)]));
}

function eachFromWire(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, each]) => [name, fromWire(each)]));
}

function toWire(value: unknown): unknown {
  return typeof value === "object" && value !== null ? { json: JSON.stringify(value) } : value;
}

function fromWire(value: unknown): unknown {
  return typeof value === "object" && value !== null && "json" in value ? JSON.parse(String(value.json)) : value;
}

function isJson({ value }: LogRecord): boolean {
  return value?.[0] === 0x7b;
}
