import { setTimeout as wait } from "node:timers/promises";
import {
  DecoderUnavailableError,
  type Log,
  type LogConsumer,
  LogError,
  type LogHappening,
  type LogRecord,
  type TopicPartition,
  type TransactionalProducer,
} from "@weir/core";

/** What gives records another key. */
export interface RecordKey {
  /** Fetches what `of` will need for these records, as of a `Decoder`; while it cannot, copying waits. */
  prepare?(topic: string, records: readonly LogRecord[]): Promise<void> | null;
  /** The new key of a record; `null` keeps the one it has, for records that cannot be read: who reads them next says so. */
  of(topic: string, record: LogRecord): string | null;
}

export interface RepartitionOptions {
  /** Names the consumer group and the transactions. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly key: RecordKey;
  /** Called with each error; work goes on after a while, but for a fatal one. */
  readonly onError?: (error: LogError) => void;
}

export interface Repartitioner {
  /** Records written so far. */
  readonly moved: number;
  /** Rejects where no retry can help. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Copies records, bytes and headers as they are, to a topic with another key, each once to a reader of committed records, so that a rule can be run by that key.
 *
 * Records of one partition stay in order; those of several that get the same key come as they are copied: give the stream a LATENESS.
 */
export async function startRepartitioner(log: Log, options: RepartitionOptions): Promise<Repartitioner> {
  const { name, from } = options;
  const bounds = { maxRecords: 2000, maxBytes: 1 << 20, readCommitted: true };
  const consumer = await log.consumer({ group: `${name}.repartition.${from}`, topics: [from], ...bounds });
  return new RunningRepartitioner(log, consumer, options);
}

const transactionTimeoutMs = 60_000;
const maxBackoffMs = 10_000;

class RunningRepartitioner implements Repartitioner {
  moved = 0;
  readonly ended: Promise<void>;
  readonly #log: Log;
  readonly #consumer: LogConsumer;
  readonly #options: RepartitionOptions;
  readonly #group: string;
  readonly #producers = new Map<number, TransactionalProducer>();
  #stopped = false;

  constructor(log: Log, consumer: LogConsumer, options: RepartitionOptions) {
    this.#log = log;
    this.#consumer = consumer;
    this.#options = options;
    this.#group = `${options.name}.repartition.${options.from}`;
    this.ended = this.#run();
    this.ended.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.ended.catch(() => {});
  }

  async #run(): Promise<void> {
    let assigned: readonly TopicPartition[] = [];
    let failures = 0;
    let lost = false;
    try {
      while (!this.#stopped) {
        try {
          if (lost) await this.#takeUp(assigned);
          lost = false;
          const happening = await this.#consumer.poll(200);
          if (happening.kind === "assigned") {
            assigned = happening.partitions;
            await this.#takeUp(assigned);
          } else if (happening.kind === "records") await this.#copy(happening);
          failures = 0;
        } catch (error) {
          if (!(error instanceof LogError) || error.kind === "fatal") throw error;
          this.#options.onError?.(error);
          // What a transaction came to is for its successor to find out.
          lost = true;
          await wait(Math.min(maxBackoffMs, 100 * 2 ** Math.min(failures++, 7)));
        }
      }
    } finally {
      await this.#consumer.close();
      await this.#closeProducers();
    }
  }

  /** A new producer ends what its predecessor left open; only then does the committed offset say where to go on. */
  async #takeUp(assigned: readonly TopicPartition[]): Promise<void> {
    await this.#closeProducers();
    for (const partition of assigned) {
      this.#consumer.pause(partition);
      const id = `${this.#group}.${partition.partition}`;
      this.#producers.set(partition.partition, await this.#log.transactionalProducer(id, transactionTimeoutMs));
      const [committed] = await this.#log.committed(this.#group, [partition]);
      const { start } = await this.#log.offsets(partition);
      this.#consumer.seek(partition, Math.max(start, committed?.offset ?? 0));
      this.#consumer.resume(partition);
    }
  }

  async #copy({ topic, partition, records }: Extract<LogHappening, { readonly kind: "records" }>): Promise<void> {
    const producer = this.#producers.get(partition);
    const last = records.at(-1);
    if (producer === undefined || last === undefined) return;
    const { to, key } = this.#options;
    const preparing = key.prepare?.(topic, records) ?? null;
    if (preparing !== null) await preparing.catch((error: unknown) => throwUnready(error));
    await producer.begin();
    await producer.send(
      records.map((record) => ({
        topic: to,
        key: key.of(topic, record) ?? record.key,
        value: record.value,
        headers: record.headers,
      })),
    );
    await producer.sendOffsets(this.#group, [{ topic, partition, offset: last.offset + 1, metadata: "" }]);
    await producer.commit();
    this.moved += records.length;
  }

  async #closeProducers(): Promise<void> {
    const producers = [...this.#producers.values()];
    this.#producers.clear();
    await Promise.all(producers.map((producer) => producer.close()));
  }
}

/** A schema registry that does not answer now may answer later. */
function throwUnready(error: unknown): never {
  if (!(error instanceof DecoderUnavailableError)) throw error;
  throw new LogError(error.message, { kind: "retriable", code: "decoder-unavailable", cause: error });
}
