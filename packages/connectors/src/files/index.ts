export { type AvroOptions, readAvro } from "./avro/read-avro.ts";
export { type CsvOptions, readCsv } from "./csv.ts";
export type { BadRecord, EventBatch } from "./event-batch.ts";
export { type FileFormat, formatOfContent, formatOfName } from "./file-format.ts";
export { type Gunzip, gunzipWeb } from "./gzip.ts";
export { type NdjsonOptions, readNdjson } from "./ndjson.ts";
export { ReadError, type ReadErrorCode } from "./read-error.ts";
export { readEvents, type ReadEventsOptions } from "./read-events.ts";
export type { Skim, SkimType } from "./skim.ts";
