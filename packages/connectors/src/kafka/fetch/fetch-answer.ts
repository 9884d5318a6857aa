import type { LogRecord } from "@weir/core";
import { ByteReader } from "./byte-reader.ts";
import { type AbortedTransaction, committedBatches } from "./committed-batches.ts";
import { readOldRecords } from "./old-records.ts";
import { formatOf, inflate, readBatches, readRecords } from "./record-batches.ts";

/** What the broker gave of one partition, in the place of a message, so that kafkajs hands it on unread. */
export interface FetchedRecords {
  /** The last offset that was looked at, whoever may see what is there: reading goes on behind it. */
  readonly offset: string;
  readonly isControlRecord: false;
  readonly key: null;
  readonly value: null;
  readonly batchContext: Readonly<Record<string, never>>;
  /** Those that a reader may see; some may be before the offset that was asked for. */
  readonly records: readonly LogRecord[];
  /** The first offset that the log still has; `null` where the broker does not say. */
  readonly logStart: number | null;
}

/** The answer as kafkajs works with it. */
export interface FetchAnswer {
  readonly throttleTime: number;
  readonly clientSideThrottleTime?: number;
  readonly errorCode?: number;
  readonly sessionId?: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly preferredReadReplica?: number;
  readonly messages: readonly FetchedRecords[];
}

/** The versions of the answer that are read here: those since transactions, up to the last that kafkajs asks for. */
export const fetchVersions = { first: 4, last: 11 } as const;
/** From these versions on an answer has a session, and the first offset of the log, and where to read better. */
const withSession = 7;
const withLogStart = 5;
const withReplica = 11;
/** From here on the client, not the broker, waits where it asks too much. */
const clientThrottles = 8;

/**
 * Reads the broker's answer to a fetch.
 *
 * In the place of kafkajs's reader, which makes objects of every field of every message, and which shows messages of aborted
 * transactions where several overlap.
 */
export async function readFetchAnswer(bytes: Buffer, version: number): Promise<FetchAnswer> {
  const reader = new ByteReader(bytes);
  const throttleMs = reader.int32();
  const session = version >= withSession ? { errorCode: reader.int16(), sessionId: reader.int32() } : {};
  const found = reader.list(() => {
    const topicName = reader.text();
    return { topicName, partitions: reader.list(() => readPartition(reader, version)) };
  });
  const responses = [];
  for (const { topicName, partitions } of found) {
    const read = [];
    for (const { set, logStart, ...partition } of partitions) {
      const messages = await readMessages(set, partition.abortedTransactions, logStart);
      // What is aborted is left out already.
      read.push({ ...partition, messages, abortedTransactions: [] });
    }
    responses.push({ topicName, partitions: read });
  }
  const throttle =
    version >= clientThrottles ? { throttleTime: 0, clientSideThrottleTime: throttleMs } : { throttleTime: throttleMs };
  return { ...throttle, ...session, responses };
}

function readPartition(reader: ByteReader, version: number) {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = String(reader.int64());
  const lastStableOffset = String(reader.int64());
  const logStart = version >= withLogStart ? reader.int64() : null;
  const abortedTransactions = reader.list(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  const replica = version >= withReplica ? { preferredReadReplica: reader.int32() } : {};
  const length = Math.max(0, reader.int32());
  const set = reader.bytes.subarray(reader.at, reader.at + length);
  reader.at += length;
  return { partition, errorCode, highWatermark, lastStableOffset, logStart, abortedTransactions, ...replica, set };
}

async function readMessages(
  set: Buffer,
  aborted: readonly AbortedTransaction[],
  logStart: number | null,
): Promise<readonly FetchedRecords[]> {
  const format = formatOf(set);
  if (format === null) return [];
  if (format < 2) {
    const records = await readOldRecords(set);
    return records.length === 0 ? [] : [fetched(records.at(-1)!.offset, records, logStart)];
  }
  const batches = readBatches(set);
  const last = batches.at(-1)?.last;
  if (last === undefined) return [];
  const records: LogRecord[] = [];
  for (const batch of committedBatches(batches, aborted)) {
    const body = inflate(batch);
    readRecords(batch, body instanceof Promise ? await body : body, records);
  }
  return [fetched(last, records, logStart)];
}

function fetched(last: number, records: readonly LogRecord[], logStart: number | null): FetchedRecords {
  return { offset: String(last), isControlRecord: false, key: null, value: null, batchContext: {}, records, logStart };
}
