import type { EventData } from "@weir/core";
import { type EventBatch, type OpenBatch, openBatch } from "../event-batch.ts";
import { maxBlockBytes } from "../limits.ts";
import { ReadError } from "../read-error.ts";
import { AvroDataError } from "./avro-data-error.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Codec } from "./codec.ts";
import { type AvroHeader, readHeader, takeCount } from "./container-header.ts";
import type { ValueReader } from "./value-reader.ts";

/**
 * Reads the records of an Avro object container file: codecs null, deflate and snappy; values as `valueReader` says.
 *
 * Errors  a record that does not fit the schema is bad, with all behind it in its block; the next block is read.
 *         `ReadError`: `unsupported-avro`, `damaged-avro`, `truncated-avro`.
 * Source  https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 */
export async function* readAvro(source: AsyncIterable<Uint8Array>): AsyncGenerator<EventBatch, void, undefined> {
  const stream = new ByteStream(source);
  try {
    const header = await readHeader(stream);
    let line = 1;
    while (!(await stream.atEnd())) {
      const block = await readBlock(stream, header, line);
      yield* blockEvents(block, header, line);
      line += block.count;
    }
  } finally {
    await stream.close();
  }
}

interface Block {
  readonly count: number;
  readonly data: Uint8Array;
}

/** So many events at most are handed out at once. */
const batchSize = 4096;

async function readBlock(stream: ByteStream, header: AvroHeader, line: number): Promise<Block> {
  const where = `the block that begins with record ${line}`;
  const count = await takeCount(stream, where);
  const size = await takeCount(stream, where);
  if (count < 0 || size < 0 || size > maxBlockBytes) {
    throw new ReadError("damaged-avro", `${where} claims ${count} records in ${size} bytes`);
  }
  const data = await stream.take(size);
  const sync = await stream.take(header.sync.length);
  if (data.length < size || sync.length < header.sync.length) {
    throw new ReadError("truncated-avro", `the Avro file ends within ${where}`);
  }
  if (sync.some((byte, i) => byte !== header.sync[i])) {
    throw new ReadError("damaged-avro", `${where} does not end where it claims to: the file is damaged`);
  }
  return { count, data };
}

async function* blockEvents(
  block: Block,
  header: AvroHeader,
  firstLine: number,
): AsyncGenerator<EventBatch, void, undefined> {
  const cursor = await openBlock(block, header.codec);
  const end = firstLine + block.count;
  let line = firstLine;
  while (line < end) {
    const batch = openBatch();
    if (typeof cursor === "string") addLost(batch, line, end, cursor);
    else addRecords(batch, cursor, header.read, line, end);
    yield batch;
    line += batch.events.length + batch.bad.reduce((sum, bad) => sum + bad.records, 0);
  }
}

/** The data of a block, or why it cannot be read. */
async function openBlock(block: Block, codec: Codec): Promise<ByteCursor | string> {
  try {
    const data = await codec(block.data);
    if (block.count > data.length) return `the block claims ${block.count} records in ${data.length} bytes`;
    return new ByteCursor(data);
  } catch (error) {
    if (error instanceof AvroDataError) return error.message;
    throw error;
  }
}

function addRecords(batch: OpenBatch, cursor: ByteCursor, read: ValueReader, firstLine: number, end: number): void {
  for (let line = firstLine; line < Math.min(end, firstLine + batchSize); line++) {
    try {
      batch.events.push(read(cursor) as EventData);
      batch.lines.push(line);
    } catch (error) {
      addLost(batch, line, end, dataProblem(error));
      return;
    }
  }
}

function addLost(batch: OpenBatch, line: number, end: number, problem: string): void {
  const others = end - line - 1;
  const reason = others === 0 ? problem : `${problem}; the ${others} records behind it in its block are lost too`;
  batch.bad.push({ line, reason, text: "", records: end - line });
}

function dataProblem(error: unknown): string {
  if (error instanceof AvroDataError) return error.message;
  // A type may hold itself: then the data says how deep it goes.
  if (error instanceof RangeError) return "the record is nested too deep";
  throw error;
}
