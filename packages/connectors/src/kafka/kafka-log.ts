import {
  type CommittedOffset,
  type ConsumerOptions,
  type Log,
  type LogConsumer,
  LogError,
  type LogErrorKind,
  type LogProducer,
  type TopicPartition,
  type TransactionalProducer,
} from "@weir/core";
import { type Admin, CompressionTypes, type Kafka } from "kafkajs";
import { createBatchingProducer } from "./batching-producer.ts";
import { bounded } from "./bounded.ts";
import { createClient } from "./client.ts";
import { createConsumer } from "./kafka-consumer.ts";
import { type CompressionName, type KafkaOptions, type KafkaSettings, kafkaSettings } from "./options.ts";
import { ensureTopics, type TopicSpec } from "./topics.ts";
import { createTransactionalProducer } from "./transactional-producer.ts";

/** Kafka as a `Log`, and what only Kafka has. */
export interface KafkaLog extends Log {
  /** Creates what is missing, and refuses topics with another number of partitions. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<readonly string[]>;
}

/** Kafka, through kafkajs. Makes its connections when they are needed. */
export function createKafkaLog(options: KafkaOptions): KafkaLog {
  const settings = kafkaSettings(options);
  return new KafkaJsLog(createClient(settings), settings);
}

class KafkaJsLog implements KafkaLog {
  readonly #kafka: Kafka;
  readonly #settings: KafkaSettings;
  #admin: Promise<Admin> | null = null;

  constructor(kafka: Kafka, settings: KafkaSettings) {
    this.#kafka = kafka;
    this.#settings = settings;
  }

  async partitionCount(topic: string): Promise<number> {
    const what = `cannot look at the topic \`${topic}\``;
    const { topics } = await this.#ask(what, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
    const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    if (count > 0) return count;
    throw new LogError(`${what}: there is no such topic`, unknownTopic);
  }

  async offsets({ topic, partition }: TopicPartition): Promise<{ readonly start: number; readonly end: number }> {
    const what = `cannot look at the offsets of \`${topic}\``;
    const all = await this.#ask(what, (admin) => admin.fetchTopicOffsets(topic));
    const found = all.find((each) => each.partition === partition);
    if (found === undefined) throw new LogError(`${what}: it has no partition ${partition}`, unknownTopic);
    return { start: Number(found.low), end: Number(found.high) };
  }

  async committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    const what = `cannot look at what the group \`${group}\` has committed`;
    const all = await this.#ask(what, (admin) => admin.fetchOffsets({ groupId: group, topics }));
    return partitions.map(({ topic, partition }) => {
      const found = all.find((each) => each.topic === topic)?.partitions.find((each) => each.partition === partition);
      if (found === undefined || Number(found.offset) < 0) return null;
      return { offset: Number(found.offset), metadata: found.metadata ?? "" };
    });
  }

  consumer(options: ConsumerOptions): Promise<LogConsumer> {
    return createConsumer(this.#kafka, this.#settings, options);
  }

  producer(): Promise<LogProducer> {
    const { batchBytes, lingerMs, requestTimeoutMs, compression } = this.#settings;
    const timeoutMs = 2 * requestTimeoutMs;
    return createBatchingProducer(this.#kafka, {
      batchBytes,
      lingerMs,
      timeoutMs,
      compression: compressionType(compression),
    });
  }

  transactionalProducer(transactionalId: string, transactionTimeoutMs: number): Promise<TransactionalProducer> {
    return createTransactionalProducer(this.#kafka, {
      transactionalId,
      transactionTimeoutMs,
      timeoutMs: 2 * this.#settings.requestTimeoutMs,
      compression: compressionType(this.#settings.compression),
    });
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<readonly string[]> {
    return this.#ask("cannot create topics", (admin) => ensureTopics(admin, topics));
  }

  async close(): Promise<void> {
    const admin = this.#admin;
    this.#admin = null;
    if (admin === null) return;
    await bounded("cannot close", "retriable", 5000, async () => (await admin).disconnect()).catch(() => {});
  }

  async #ask<T>(what: string, ask: (admin: Admin) => Promise<T>, otherwise: LogErrorKind = "retriable"): Promise<T> {
    return bounded(what, otherwise, 2 * this.#settings.requestTimeoutMs, async () => {
      this.#admin ??= this.#connect();
      return ask(await this.#admin);
    });
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      this.#admin = null;
      throw error;
    }
  }
}

const unknownTopic = {
  kind: "fatal",
  code: "unknown-topic",
  hint: "create the topic, or correct its name",
} as const;

function compressionType(name: CompressionName): CompressionTypes {
  const types = {
    none: CompressionTypes.None,
    gzip: CompressionTypes.GZIP,
    snappy: CompressionTypes.Snappy,
    lz4: CompressionTypes.LZ4,
    zstd: CompressionTypes.ZSTD,
  };
  return types[name];
}
