import { LogError, type LogMessage, type LogProducer } from "@weir/core";
import type { CompressionTypes, Kafka, Producer } from "kafkajs";
import { bounded } from "./bounded.ts";
import { messageBytes, toTopicMessages } from "./messages.ts";

export interface BatchingOptions {
  readonly batchBytes: number;
  readonly lingerMs: number;
  readonly timeoutMs: number;
  readonly compression: CompressionTypes;
}

/** A producer that gathers messages for `lingerMs`, or until there are `batchBytes`, and then sends them in one request. */
export async function createBatchingProducer(kafka: Kafka, options: BatchingOptions): Promise<LogProducer> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  try {
    await bounded("cannot open a producer", "retriable", options.timeoutMs, () => producer.connect());
  } catch (error) {
    producer.disconnect().catch(() => {});
    throw error;
  }
  return new BatchingProducer(producer, options);
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Most bytes that wait while others are sent; a caller beyond is refused. */
const maxWaitingBytes = 64 * 1024 * 1024;

class BatchingProducer implements LogProducer {
  readonly #producer: Producer;
  readonly #options: BatchingOptions;
  #messages: LogMessage[] = [];
  #bytes = 0;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(producer: Producer, options: BatchingOptions) {
    this.#producer = producer;
    this.#options = options;
  }

  send(messages: readonly LogMessage[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    if (this.#closed) return Promise.reject(new LogError("the producer is closed", { kind: "fatal", code: "closed" }));
    let bytes = 0;
    for (const message of messages) bytes += messageBytes(message);
    if (this.#bytes > 0 && this.#bytes + bytes > maxWaitingBytes) {
      const message = `more than ${maxWaitingBytes} bytes wait to be sent`;
      return Promise.reject(new LogError(message, { kind: "retriable", code: "too-much-waits" }));
    }
    this.#messages.push(...messages);
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#bytes >= this.#options.batchBytes) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), this.#options.lingerMs);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#flush();
    await this.#sending;
    await bounded("cannot close a producer", "retriable", 5000, () => this.#producer.disconnect()).catch(() => {});
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#messages.length === 0) return;
    const messages = this.#messages;
    const waiting = this.#waiting;
    const bytes = this.#bytes;
    this.#messages = [];
    this.#waiting = [];
    const { compression, timeoutMs } = this.#options;
    // One request at a time keeps the order of a partition's messages.
    this.#sending = this.#sending
      .then(() =>
        bounded("cannot send", "retriable", timeoutMs, () =>
          this.#producer.sendBatch({ topicMessages: toTopicMessages(messages), acks: -1, compression }),
        ),
      )
      .then(
        () => waiting.forEach(({ resolve }) => resolve()),
        (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        this.#bytes -= bytes;
      });
  }
}
