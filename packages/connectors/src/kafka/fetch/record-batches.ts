import type { LogRecord } from "@weir/core";
import kafkajs from "kafkajs";
import type { Codec } from "../codecs/codec.ts";
import { ByteReader } from "./byte-reader.ts";

/** A batch of records as the log has it, its records not read yet. */
export interface RecordBatch {
  readonly first: number;
  /** The last offset that the batch covers, also where compaction took its record. */
  readonly last: number;
  readonly producerId: number;
  readonly isTransactional: boolean;
  /** Whether it is the end of a transaction, and not for readers. */
  readonly isControl: boolean;
  readonly attributes: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly count: number;
  readonly body: Buffer;
}

/** What stands before the magic byte, and all that stands before the records. */
const magicAt = 16;
const headerBytes = 61;
const lengthEnd = 12;
const codecMask = 0x7;
const appendTimeFlag = 0x8;
const transactionalFlag = 0x10;
const controlFlag = 0x20;

/** The format of the records, by the magic byte of the first batch: 2 since Kafka 0.11; `null` where there is none. */
export function formatOf(set: Buffer): number | null {
  return set.length > magicAt ? set.readInt8(magicAt) : null;
}

/** The whole batches of a record set; the last one may be cut off, and is fetched again then. */
export function readBatches(set: Buffer): readonly RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + headerBytes <= set.length; ) {
    const end = at + lengthEnd + set.readInt32BE(at + 8);
    if (end > set.length) break;
    if (end < at + headerBytes) throw new RangeError("a batch of records is shorter than its header");
    const attributes = set.readInt16BE(at + 21);
    const first = Number(set.readBigInt64BE(at));
    batches.push({
      first,
      last: first + set.readInt32BE(at + 23),
      producerId: Number(set.readBigInt64BE(at + 43)),
      isTransactional: (attributes & transactionalFlag) !== 0,
      isControl: (attributes & controlFlag) !== 0,
      attributes,
      firstTimestamp: Number(set.readBigInt64BE(at + 27)),
      maxTimestamp: Number(set.readBigInt64BE(at + 35)),
      count: set.readInt32BE(at + 57),
      body: set.subarray(at + headerBytes, end),
    });
    at = end;
  }
  return batches;
}

/** The bytes of a batch's records; a promise of them where they are compressed. */
export function inflate({ attributes, body }: RecordBatch): Buffer | Promise<Buffer> {
  const codec = attributes & codecMask;
  if (codec === 0) return body;
  const table: Readonly<Record<number, (() => Codec) | undefined>> = kafkajs.CompressionCodecs;
  const make = table[codec];
  if (make === undefined) throw new RangeError(`records are compressed with the codec ${codec}, which is not known`);
  return make().decompress(body);
}

/** Appends the records of a batch that begin at `from`. `bytes` is what `inflate` gave. */
export function readRecords(batch: RecordBatch, bytes: Buffer, records: LogRecord[]): void {
  const { first, firstTimestamp, maxTimestamp, count } = batch;
  const isAppendTime = (batch.attributes & appendTimeFlag) !== 0;
  const reader = new ByteReader(bytes);
  for (let i = 0; i < count; i++) {
    const length = reader.varint();
    const end = reader.at + length;
    reader.int8();
    const afterMs = reader.varint();
    const offset = first + reader.varint();
    const key = reader.varBytes();
    const value = reader.varBytes();
    const headers = readHeaders(reader);
    if (reader.at !== end) throw new RangeError(`the record at offset ${offset} is not as long as it says`);
    records.push({ offset, timestamp: isAppendTime ? maxTimestamp : firstTimestamp + afterMs, key, value, headers });
  }
}

const none: LogRecord["headers"] = {};
const plainProperty = { enumerable: true, configurable: true, writable: true };

function readHeaders(reader: ByteReader): LogRecord["headers"] {
  const count = reader.varint();
  if (count <= 0) return none;
  const headers: Record<string, Uint8Array> = {};
  for (let i = 0; i < count; i++) {
    const name = reader.varBytes()?.toString() ?? "";
    const value = reader.varBytes();
    // A header that is there several times counts once, as the last.
    // Any name may come, also that of the prototype.
    if (value !== null) Object.defineProperty(headers, name, { value, ...plainProperty });
  }
  return headers;
}

/** Whether a control batch ends a transaction as if it had not been. Its key: a version, and 0 for an abort or 1 for a commit. */
export function isAbort(batch: RecordBatch): boolean {
  const records: LogRecord[] = [];
  readRecords(batch, batch.body, records);
  const key = records[0]?.key;
  return key?.length === 4 && key[2] === 0 && key[3] === 0;
}
