/** Batches of records as a broker sends them, written from the protocol's description. */
export interface BatchToWrite {
  readonly first: number;
  /** The last offset that the batch covers; not given: that of its last record. */
  readonly last?: number;
  readonly producerId?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  readonly isAppendTime?: boolean;
  readonly firstTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly records: readonly RecordToWrite[];
}

export interface RecordToWrite {
  /** Not given: the place in the batch. */
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Uint8Array | null;
  readonly value?: Uint8Array | null;
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | null])[];
}

export function recordSet(batches: readonly BatchToWrite[]): Buffer {
  return Buffer.concat(batches.map(writeBatch));
}

function writeBatch(batch: BatchToWrite): Buffer {
  const { first, records, producerId = -1, firstTimestamp = 0, maxTimestamp = 0 } = batch;
  const body = Buffer.concat(records.map((record, i) => writeRecord(record, i)));
  const lastDelta = batch.last === undefined ? (records.at(-1)?.offsetDelta ?? records.length - 1) : batch.last - first;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(first), 0);
  header.writeInt32BE(header.length - 12 + body.length, 8);
  header.writeInt8(2, 16);
  const flags = [
    [batch.isAppendTime, 0x8],
    [batch.isTransactional, 0x10],
    [batch.isControl, 0x20],
  ] as const;
  header.writeInt16BE(
    flags.reduce((sum, [isSet, bit]) => (isSet === true ? sum | bit : sum), 0),
    21,
  );
  header.writeInt32BE(lastDelta, 23);
  header.writeBigInt64BE(BigInt(firstTimestamp), 27);
  header.writeBigInt64BE(BigInt(maxTimestamp), 35);
  header.writeBigInt64BE(BigInt(producerId), 43);
  header.writeInt32BE(records.length, 57);
  return Buffer.concat([header, body]);
}

function writeRecord(record: RecordToWrite, place: number): Buffer {
  const { offsetDelta = place, timestampDelta = 0, key = null, value = null, headers = [] } = record;
  const rest = Buffer.concat([
    Buffer.of(0),
    varint(timestampDelta),
    varint(offsetDelta),
    varBytes(key),
    varBytes(value),
    varint(headers.length),
    ...headers.flatMap(([name, bytes]) => [varBytes(Buffer.from(name)), varBytes(bytes)]),
  ]);
  return Buffer.concat([varint(rest.length), rest]);
}

function varBytes(bytes: Uint8Array | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
