import { DecodeError, type Decoder, type LogRecord } from "@weir/core";
import type { RecordKey } from "./repartition.ts";

/** A field of the event in a record as its key, by its name; names with dots lead into objects. */
export function keyField(decoder: Decoder, path: string): RecordKey {
  const names = path.split(".");
  return {
    prepare: (topic, records) => decoder.prepare?.(topic, records) ?? null,
    of(topic, record) {
      let part: unknown = eventOf(decoder, topic, record);
      for (const name of names) {
        if (typeof part !== "object" || part === null || !Object.hasOwn(part, name)) return null;
        part = (part as Readonly<Record<string, unknown>>)[name];
      }
      return typeof part === "string" || typeof part === "number" || typeof part === "boolean" ? String(part) : null;
    },
  };
}

/** The event of a record; of several the first. */
function eventOf(decoder: Decoder, topic: string, record: LogRecord): unknown {
  if (record.value === null) return null;
  try {
    const decoded = decoder.decode(topic, record);
    return "event" in decoded ? decoded.event : decoded[0]?.event;
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
