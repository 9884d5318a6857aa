import { ReadError } from "../read-error.ts";
import { AvroDataError } from "./avro-data-error.ts";
import { ByteCursor } from "./byte-cursor.ts";
import type { ByteStream } from "./byte-stream.ts";
import { type Codec, codecNamed } from "./codec.ts";
import { valueReader } from "./value-reader.ts";
import type { ValueReader } from "./value-type.ts";

/** What the beginning of an Avro container file says of the rest. */
export interface AvroHeader {
  /** Reads the fields that are wanted. */
  readonly read: ValueReader;
  /** Reads all fields; `null` where `read` does. */
  readonly readWhole: ValueReader | null;
  readonly codec: Codec;
  /** What every block ends with. */
  readonly sync: Uint8Array;
}

const magic = [0x4f, 0x62, 0x6a, 1];
const syncLength = 16;
const maxHeaderEntries = 1000;
const maxHeaderEntryBytes = 16 * 1024 * 1024;

/** `fields`: those that are wanted; `null` for all. */
export async function readHeader(stream: ByteStream, fields: ReadonlySet<string> | null): Promise<AvroHeader> {
  const start = await stream.take(magic.length);
  if (start.length < magic.length || start.some((byte, i) => byte !== magic[i])) {
    throw new ReadError("damaged-avro", "this is no Avro container file: it does not begin with `Obj`, 1");
  }
  const meta = await readMeta(stream);
  const sync = await stream.take(syncLength);
  if (sync.length < syncLength) throw endsInHeader();
  const schema = parseSchema(meta.get("avro.schema"));
  if (typeof schema !== "object" || schema === null || !("type" in schema) || schema.type !== "record") {
    throw new ReadError("unsupported-avro", "the Avro schema is not that of a record: an event is an object");
  }
  return {
    read: valueReader(schema, fields),
    readWhole: fields === null ? null : valueReader(schema),
    codec: codecNamed(meta.get("avro.codec") ?? "null"),
    sync,
  };
}

/** A long of the container's framing. */
export async function takeCount(stream: ByteStream, where: string): Promise<number> {
  const bytes = await stream.takeVarint();
  try {
    return new ByteCursor(bytes).count();
  } catch (error) {
    if (!(error instanceof AvroDataError)) throw error;
    const ended = bytes.length < 10 && (bytes.at(-1) ?? 0x80) >= 0x80;
    if (ended) throw new ReadError("truncated-avro", `the Avro file ends within ${where}`, { cause: error });
    throw new ReadError("damaged-avro", `${where} is damaged: ${error.message}`, { cause: error });
  }
}

async function readMeta(stream: ByteStream): Promise<ReadonlyMap<string, string>> {
  const meta = new Map<string, string>();
  for (;;) {
    let count = await takeCount(stream, "its header");
    if (count === 0) return meta;
    if (count < 0) {
      await takeCount(stream, "its header");
      count = -count;
    }
    if (count + meta.size > maxHeaderEntries) throw damagedHeader();
    for (let i = 0; i < count; i++) meta.set(await takeText(stream), await takeText(stream));
  }
}

async function takeText(stream: ByteStream): Promise<string> {
  const length = await takeCount(stream, "its header");
  if (length < 0 || length > maxHeaderEntryBytes) {
    throw damagedHeader();
  }
  const bytes = await stream.take(length);
  if (bytes.length < length) throw endsInHeader();
  return new TextDecoder().decode(bytes);
}

function parseSchema(text: string | undefined): unknown {
  if (text === undefined) throw new ReadError("damaged-avro", "the header of the Avro file holds no schema");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ReadError("damaged-avro", "the schema in the header of the Avro file is not JSON", { cause: error });
  }
}

function damagedHeader(): ReadError {
  return new ReadError("damaged-avro", "the header of the Avro file is damaged");
}

function endsInHeader(): ReadError {
  return new ReadError("truncated-avro", "the Avro file ends within its header");
}
