import type { EventData } from "@weir/core";
import { type EventBatch, type OpenBatch, openBatch, shorten } from "../event-batch.ts";
import { maxBlockBytes } from "../limits.ts";
import { ReadError } from "../read-error.ts";
import { StringPool } from "../string-pool.ts";
import { AvroDataError } from "./avro-data-error.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Codec } from "./codec.ts";
import { type AvroHeader, readHeader, takeCount } from "./container-header.ts";

export interface AvroOptions {
  /** The fields of a record that are wanted; others are left out of the events. Default all. */
  readonly fields?: ReadonlySet<string> | null;
}

/**
 * Reads the records of an Avro object container file: codecs null, deflate and snappy; values as `valueReader` says.
 *
 * Errors  a record that does not fit the schema is bad, with all behind it in its block; the next block is read.
 *         `ReadError`: `unsupported-avro`, `damaged-avro`, `truncated-avro`.
 * Source  https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 */
export async function* readAvro(
  source: AsyncIterable<Uint8Array>,
  options: AvroOptions = {},
): AsyncGenerator<EventBatch, void, undefined> {
  const stream = new ByteStream(source);
  const pool = new StringPool();
  try {
    const header = await readHeader(stream, options.fields ?? null);
    let line = 1;
    while (!(await stream.atEnd())) {
      const block = await readBlock(stream, header, line);
      yield* blockEvents(block, header, line, pool);
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
  pool: StringPool,
): AsyncGenerator<EventBatch, void, undefined> {
  const data = await openBlock(block, header.codec);
  const cursor = typeof data === "string" ? data : new ByteCursor(data, pool);
  const end = firstLine + block.count;
  let line = firstLine;
  while (line < end) {
    const batch = openBatch();
    if (typeof cursor === "string") addLost(batch, line, end, cursor);
    else addRecords(batch, cursor, header, line, end);
    yield batch;
    line += batch.events.length + batch.bad.reduce((sum, bad) => sum + bad.records, 0);
  }
}

/** The data of a block, or why it cannot be read. */
async function openBlock(block: Block, codec: Codec): Promise<Uint8Array | string> {
  try {
    const data = await codec(block.data);
    if (block.count > data.length) return `the block claims ${block.count} records in ${data.length} bytes`;
    return data;
  } catch (error) {
    if (error instanceof AvroDataError) return error.message;
    throw error;
  }
}

function addRecords(
  batch: OpenBatch,
  cursor: ByteCursor,
  { read, readWhole }: AvroHeader,
  firstLine: number,
  end: number,
): void {
  const starts: number[] = [];
  if (readWhole !== null) {
    batch.textOf = (index) => shorten(JSON.stringify(readWhole(cursor.from(starts[index] ?? 0))));
  }
  for (let line = firstLine; line < Math.min(end, firstLine + batchSize); line++) {
    const start = cursor.at;
    try {
      batch.events.push(read(cursor) as EventData);
      if (readWhole !== null) starts.push(start);
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
