import {
  type ConsumerOptions,
  type LogConsumer,
  LogError,
  type LogHappening,
  type LogRecord,
  type OffsetToCommit,
  type TopicPartition,
} from "@weir/core";
import type { Consumer, EachBatchPayload, Kafka } from "kafkajs";
import { bounded } from "./bounded.ts";
import { type Fetch, fetchOf } from "./fetch/fetch-of-batch.ts";
import { HappeningQueue } from "./happening-queue.ts";
import { toLogError } from "./log-errors.ts";
import type { KafkaSettings } from "./options.ts";
import { type Held, stickyAssigner } from "./sticky-assigner.ts";

/** A member of a group, which has joined when this resolves. */
export async function createConsumer(
  kafka: Kafka,
  settings: KafkaSettings,
  options: ConsumerOptions,
): Promise<LogConsumer> {
  const held: Held = { partitions: [], since: 0 };
  const consumer = kafka.consumer({
    groupId: options.group,
    partitionAssigners: [stickyAssigner(() => held)],
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: settings.rebalanceTimeoutMs,
    heartbeatInterval: heartbeatMs(settings),
    maxWaitTimeInMs: settings.fetchWaitMs,
    // Small answers: each is decoded in one go, in which nothing else happens. A record that is larger comes all the same.
    maxBytesPerPartition: Math.min(options.maxBytes, maxFetchBytes),
    maxBytes: 8 * maxFetchBytes,
    readUncommitted: !options.readCommitted,
    allowAutoTopicCreation: false,
    // Without end, but slower each time; what no retry helps against does not get here.
    retry: { initialRetryTime: 200, maxRetryTime: 10_000, retries: 8, restartOnFailure: () => Promise.resolve(true) },
  });
  const member = new KafkaConsumer(consumer, settings, options, held);
  try {
    await member.start();
    return member;
  } catch (error) {
    await member.close();
    throw error;
  }
}

const maxFetchBytes = 1024 * 1024;
/** After so many fetches in a row that were for another position the client is given up. */
const maxWrongFetches = 20;

/** Where reading of one partition stands. */
interface Position {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next record to give; `null` until the first seek. */
  next: number | null;
  paused: boolean;
  /** Grows with each seek and assignment: what was fetched under an earlier one is not given. */
  epoch: number;
  /** What was fetched and not given yet: of one answer of the broker at most. */
  waiting: readonly LogRecord[];
  /** The offset from which the next fetch has to be; `null` until the first seek. */
  fetchNext: number | null;
  /** Fetches in a row that began behind `fetchNext`. */
  wrongFetches: number;
  /** The offset after the last record of the partition, when that was fetched. */
  end: number;
  /** Whether the queue of happenings says that something waits. */
  told: boolean;
}

/**
 * Turns kafkajs around: it calls with batches, a `LogConsumer` is asked for them.
 *
 * A batch waits at its partition, and its callback with it, with heartbeats, until `poll` took the last of it. While the partition is
 * paused the batch waits alone, so that others are fetched; a seek drops it.
 */
class KafkaConsumer implements LogConsumer {
  readonly #consumer: Consumer;
  readonly #settings: KafkaSettings;
  readonly #options: ConsumerOptions;
  readonly #held: Held;
  readonly #queue = new HappeningQueue();
  readonly #positions = new Map<string, Position>();
  #closed = false;
  #joined: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  constructor(consumer: Consumer, settings: KafkaSettings, options: ConsumerOptions, held: Held) {
    this.#consumer = consumer;
    this.#settings = settings;
    this.#options = options;
    this.#held = held;
  }

  async start(): Promise<void> {
    const { group, topics } = this.#options;
    const consumer = this.#consumer;
    const { GROUP_JOIN, REBALANCING, CRASH } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.#onJoin(payload.memberAssignment));
    consumer.on(REBALANCING, () => this.#queue.push({ happening: { kind: "rebalancing" } }));
    consumer.on(CRASH, ({ payload }) => this.#onCrash(payload.error, payload.restart));

    const what = `cannot join the group \`${group}\``;
    const joined = new Promise<void>((resolve, reject) => (this.#joined = { resolve, reject }));
    joined.catch(() => {});
    // Members that died are waited for as long as a rebalance may take.
    const timeoutMs =
      this.#settings.requestTimeoutMs + this.#settings.sessionTimeoutMs + this.#settings.rebalanceTimeoutMs;
    await bounded(what, "retriable", timeoutMs, async () => {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 64,
        eachBatch: (batch) => this.#onBatch(batch),
      });
      await joined;
    });
  }

  async poll(timeoutMs: number): Promise<LogHappening> {
    for (;;) {
      const item = await this.#queue.next(timeoutMs);
      if (item === null) return { kind: "idle" };
      if (item.error !== undefined) throw item.error;
      if (item.partition !== undefined) {
        const records = this.#take(item.partition);
        if (records !== null) return records;
      } else if (item.happening !== undefined) return item.happening;
    }
  }

  seek(partition: TopicPartition, offset: number): void {
    const position = this.#positions.get(keyOf(partition));
    if (position === undefined) return;
    position.next = offset;
    position.fetchNext = offset;
    position.wrongFetches = 0;
    position.epoch++;
    position.waiting = [];
    this.#queue.wake();
    this.#consumer.seek({ ...partition, offset: `${offset}` });
  }

  pause(partition: TopicPartition): void {
    const position = this.#positions.get(keyOf(partition));
    if (position === undefined || position.paused) return;
    position.paused = true;
    this.#queue.wake();
    this.#consumer.pause([{ topic: partition.topic, partitions: [partition.partition] }]);
  }

  resume(partition: TopicPartition): void {
    const position = this.#positions.get(keyOf(partition));
    if (position === undefined || !position.paused) return;
    position.paused = false;
    this.#tell(position);
    this.#consumer.resume([{ topic: partition.topic, partitions: [partition.partition] }]);
  }

  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    const what = `cannot commit offsets of the group \`${this.#options.group}\``;
    await bounded(what, "retriable", this.#settings.requestTimeoutMs, () =>
      this.#consumer.commitOffsets(
        offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset: `${offset}`, metadata })),
      ),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.close();
    await bounded("cannot leave the group", "retriable", 5000, async () => {
      await this.#consumer.stop();
      await this.#consumer.disconnect();
    }).catch(() => {});
  }

  #onJoin(assignment: Readonly<Record<string, readonly number[]>>): void {
    const partitions = Object.entries(assignment).flatMap(([topic, list]) =>
      list.map((partition): TopicPartition => ({ topic, partition })),
    );
    this.#held.partitions = [...new Set(partitions.map(({ partition }) => partition))];
    this.#held.since = Date.now();
    const assigned = new Set(partitions.map(keyOf));
    for (const [key, position] of this.#positions) {
      position.epoch++;
      position.waiting = [];
      if (!assigned.has(key)) this.#positions.delete(key);
    }
    for (const { topic, partition } of partitions) {
      const key = keyOf({ topic, partition });
      const known = this.#positions.get(key) ?? { topic, partition, epoch: 0, waiting: [], end: 0, told: false };
      this.#positions.set(key, Object.assign(known, { next: null, fetchNext: null, wrongFetches: 0, paused: true }));
    }
    this.#queue.wake();
    // The client remembers what was paused, and would go on with the rest before anybody said from where.
    const byTopic = Object.entries(assignment).map(([topic, list]) => ({ topic, partitions: [...list] }));
    const stale = this.#consumer.paused();
    if (stale.length > 0) this.#consumer.resume(stale);
    if (byTopic.length > 0) this.#consumer.pause(byTopic);
    this.#queue.push({ happening: { kind: "assigned", partitions } });
    this.#joined?.resolve();
  }

  #onCrash(error: unknown, restarts: boolean): void {
    if (this.#closed) return;
    const { group, topics } = this.#options;
    const read = topics.map((topic) => `\`${topic}\``).join(", ");
    const what = `the consumer of the group \`${group}\`, which reads ${read}, ${restarts ? "lost the log" : "ended"}`;
    const failure = toLogError(what, error, { otherwise: restarts ? "retriable" : "fatal" });
    this.#queue.push({ error: failure });
    if (!restarts || failure.kind === "fatal") this.#joined?.reject(failure);
  }

  async #onBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const position = this.#positions.get(keyOf(batch));
    if (position === undefined) return;
    const { epoch } = position;
    const isOver = (): boolean =>
      position.paused || position.epoch !== epoch || this.#closed || payload.isStale() || !payload.isRunning();
    const untilGiven = (): Promise<void> =>
      this.#queue.waitUntil(
        () => position.waiting.length === 0 || isOver(),
        heartbeatMs(this.#settings),
        () => payload.heartbeat(),
      );
    // What waited through a pause comes first. A batch that is left here is fetched again.
    await untilGiven();
    const { next, fetchNext } = position;
    if (next === null || fetchNext === null || isOver()) return;
    const fetch = fetchOf(batch);
    if (passesOver(fetch, fetchNext)) {
      this.#fetchAgain(position, fetchNext, fetch.from);
      return;
    }
    position.wrongFetches = 0;
    position.fetchNext = Math.max(fetchNext, fetch.last + 1);
    // A fetch may give what is before it in the same batch of the log, also where that was deleted.
    const begin = Math.max(next, fetch.from);
    const first = fetch.records.findIndex(({ offset }) => offset >= begin);
    position.waiting = first === -1 ? [] : first === 0 ? fetch.records : fetch.records.slice(first);
    position.end = Number(batch.highWatermark);
    // Also what no reader sees: records of aborted transactions, markers.
    payload.resolveOffset(String(fetch.last));
    this.#tell(position);
    await untilGiven();
  }

  /** The client went on behind records that were never given: it is sent back to them. */
  #fetchAgain(position: Position, fetchNext: number, from: number): void {
    const { topic, partition } = position;
    if (++position.wrongFetches > maxWrongFetches) {
      const message = `partition ${partition} of \`${topic}\` was fetched from offset ${from} where ${fetchNext} was asked for`;
      this.#queue.push({ error: new LogError(message, { kind: "fatal", code: "wrong-fetch" }) });
      return;
    }
    this.#consumer.seek({ topic, partition, offset: `${fetchNext}` });
  }

  /** Lets `poll` know that something of a partition waits. */
  #tell(position: Position): void {
    if (position.told || position.paused || position.waiting.length === 0) return;
    position.told = true;
    this.#queue.push({ partition: keyOf(position) });
  }

  /** The next records of a partition; `null` where none may be given now. */
  #take(key: string): LogHappening | null {
    const position = this.#positions.get(key);
    if (position === undefined) return null;
    position.told = false;
    const { topic, partition, next, waiting, end } = position;
    if (position.paused || next === null || waiting.length === 0) return null;
    const { maxRecords } = this.#options;
    const records = waiting.length <= maxRecords ? waiting : waiting.slice(0, maxRecords);
    position.waiting = waiting.slice(records.length);
    position.next = (records.at(-1)?.offset ?? next - 1) + 1;
    // The others have their turn before the rest of this one.
    this.#tell(position);
    if (position.waiting.length === 0) this.#queue.wake();
    return { kind: "records", topic, partition, from: next, records, end };
  }
}

/** Whether records between the position and the fetch may be there; behind a position that the log no longer has there are none. */
function passesOver({ from, logStart }: Fetch, position: number): boolean {
  return from > position && (logStart === null || from > logStart);
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition}:${topic}`;
}

function heartbeatMs({ sessionTimeoutMs }: KafkaSettings): number {
  return Math.max(100, Math.floor(sessionTimeoutMs / 10));
}
