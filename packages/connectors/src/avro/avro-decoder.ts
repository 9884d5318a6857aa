import { DecodeError, type Decoder, DecoderUnavailableError, type EventData, type LogRecord } from "@weir/core";
import { type DecodeOptions, defaultMaxBytes } from "../formats/decode-options.ts";
import { tooLarge } from "../formats/json-decoder.ts";
import { streamOf } from "../formats/stream-of.ts";
import { StringPool } from "../files/string-pool.ts";
import { RegistryError } from "./registry-error.ts";
import { resolvedReader } from "./resolved-reader.ts";
import { isNotFound, type RegisteredSchema, type SchemaRegistry } from "./schema-registry.ts";
import { type ReadValue, writtenReader } from "./written-reader.ts";

export interface AvroDecoderOptions extends DecodeOptions {
  readonly registry: Pick<SchemaRegistry, "schemaOf">;
  /** The schema as which events are read, as Avro's JSON; not given: the one they were written with. */
  readonly readerSchema?: string;
  /** How long to wait for an id that the registry does not know; its records are refused after that. Default 30 s. */
  readonly unknownIdMs?: number;
  /** The clock, for that. Default `Date.now`. */
  readonly now?: () => number;
}

/** A record begins with a zero and the id of its schema in four bytes. */
const headerBytes = 5;
/** Ids that do not exist are remembered up to this many; records of noise have one each. */
const maxUnknownIds = 1000;

/**
 * Records in Confluent's wire format: each names the schema that it was written with.
 *
 * While the registry cannot be asked, records of known schemas are read on; the task waits at the first of another one.
 */
export function createAvroDecoder(options: AvroDecoderOptions): Decoder {
  return new AvroDecoder(options, null);
}

class AvroDecoder implements Decoder {
  readonly #options: AvroDecoderOptions;
  readonly #maxBytes: number;
  readonly #reader: RegisteredSchema | null;
  readonly #fields: ReadonlySet<string> | null;
  readonly #pool = new StringPool();
  readonly #readers = new Map<number, ReadValue | DecodeError>();
  /** Since when an id is asked for in vain. */
  readonly #unknown = new Map<number, number>();

  constructor(options: AvroDecoderOptions, fields: ReadonlySet<string> | null) {
    this.#options = options;
    this.#fields = fields === null || options.stream !== undefined ? fields : new Set([...fields, "stream"]);
    this.#maxBytes = options.maxBytes ?? defaultMaxBytes;
    const { readerSchema } = options;
    this.#reader = readerSchema === undefined ? null : { type: "AVRO", schema: readerSchema, references: [] };
  }

  prepare(_topic: string, records: readonly LogRecord[]): Promise<void> | null {
    let missing: Set<number> | null = null;
    let last: number | null = null;
    for (const { value } of records) {
      const id = value === null ? null : schemaId(value);
      // Most records are of one schema.
      if (id === null || id === last) continue;
      last = id;
      if (this.#readers.has(id)) continue;
      (missing ??= new Set()).add(id);
    }
    return missing === null ? null : this.#fetch(missing);
  }

  decode(topic: string, { value }: LogRecord): { readonly stream: string; readonly event: EventData } {
    if (value === null) throw new DecodeError("tombstone", "the record has no value");
    if (value.length > this.#maxBytes) throw tooLarge(value.length, this.#maxBytes);
    const id = schemaId(value);
    if (id === null) throw new DecodeError("not-avro", "the value does not begin with a zero and the id of a schema");
    const read = this.#readers.get(id);
    if (read === undefined) throw new DecodeError("unknown-schema", `the registry has no schema with the id ${id}`);
    if (read instanceof DecodeError) throw read;
    let event: unknown;
    try {
      event = read(value, headerBytes);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new DecodeError("damaged", `the value does not fit its schema (id ${id}): ${problem}`, error);
    }
    if (typeof event !== "object" || event === null || Array.isArray(event)) {
      throw new DecodeError("not-an-object", `the schema with the id ${id} is no record`);
    }
    return { stream: streamOf(event as EventData, topic, this.#options.stream), event: event as EventData };
  }

  narrow(fields: ReadonlySet<string>): Decoder {
    return new AvroDecoder(this.#options, fields);
  }

  async #fetch(ids: ReadonlySet<number>): Promise<void> {
    for (const id of ids) {
      try {
        this.#readers.set(id, this.#readerOf(id, await this.#options.registry.schemaOf(id)));
        this.#unknown.delete(id);
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        // A registry that says no may lag behind the one that the producer asked; one that cannot be asked says nothing.
        if (isNotFound(error) && this.#isPatienceOver(id)) continue;
        const hint = error.hint === null ? "" : ` (${error.hint})`;
        throw new DecoderUnavailableError(`${error.message}${hint}`, { cause: error });
      }
    }
  }

  #isPatienceOver(id: number): boolean {
    const now = (this.#options.now ?? Date.now)();
    const since = this.#unknown.get(id);
    if (since === undefined) {
      const oldest = this.#unknown.keys().next();
      if (this.#unknown.size >= maxUnknownIds && oldest.done !== true) this.#unknown.delete(oldest.value);
      this.#unknown.set(id, now);
      return (this.#options.unknownIdMs ?? 30_000) <= 0;
    }
    return now - since >= (this.#options.unknownIdMs ?? 30_000);
  }

  #readerOf(id: number, schema: RegisteredSchema): ReadValue | DecodeError {
    if (schema.type !== "AVRO") {
      return new DecodeError("wrong-schema", `the schema with the id ${id} is of type ${schema.type}, not AVRO`);
    }
    try {
      return this.#reader === null
        ? writtenReader(schema, this.#fields, this.#pool)
        : resolvedReader(schema, this.#reader, this.#fields, this.#pool);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const what = this.#reader === null ? "cannot be used" : "cannot be read as the reader's schema";
      return new DecodeError("wrong-schema", `the schema with the id ${id} ${what}: ${problem}`, error);
    }
  }
}

function schemaId(value: Uint8Array): number | null {
  if (value.length < headerBytes || value[0] !== 0) return null;
  return ((value[1]! << 24) | (value[2]! << 16) | (value[3]! << 8) | value[4]!) >>> 0;
}
