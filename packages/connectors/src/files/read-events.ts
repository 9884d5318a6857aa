import { type AvroOptions, readAvro } from "./avro/read-avro.ts";
import { type CsvOptions, readCsv } from "./csv.ts";
import type { EventBatch } from "./event-batch.ts";
import { type FileFormat, formatOfContent, formatOfName, headBytes } from "./file-format.ts";
import { type Gunzip, gunzipWeb, isGzip } from "./gzip.ts";
import { type NdjsonOptions, readNdjson } from "./ndjson.ts";
import { peek } from "./peek.ts";

export interface ReadEventsOptions extends CsvOptions, NdjsonOptions, AvroOptions {
  /** Default: what the file's name tells, else its first bytes. */
  readonly format?: FileFormat;
  /** The name of the file, for its format. */
  readonly name?: string;
  /** How gzip is inflated. Default: with `DecompressionStream`. */
  readonly gunzip?: Gunzip;
}

/**
 * Reads the events of a file, gzip or not, in batches and in the order of the file.
 *
 * Errors  a record that cannot be read is in `bad` of its batch. Where nothing more can be read the iteration throws a
 *         `ReadError`, after everything before that place was delivered.
 */
export async function* readEvents(
  source: AsyncIterable<Uint8Array>,
  options: ReadEventsOptions = {},
): AsyncGenerator<EventBatch, void, undefined> {
  const raw = await peek(source, 2);
  const plain = isGzip(raw.head) ? (options.gunzip ?? gunzipWeb)(raw.whole) : raw.whole;
  const named = options.format ?? formatOfName(options.name ?? "");
  if (named !== null) {
    yield* readFormat(plain, named, options);
    return;
  }
  const { head, whole } = await peek(plain, headBytes);
  yield* readFormat(whole, formatOfContent(head), options);
}

function readFormat(
  source: AsyncIterable<Uint8Array>,
  format: FileFormat,
  options: ReadEventsOptions,
): AsyncGenerator<EventBatch, void, undefined> {
  switch (format) {
    case "ndjson":
      return readNdjson(source, options);
    case "csv":
      return readCsv(source, options);
    case "avro":
      return readAvro(source, options);
  }
}
