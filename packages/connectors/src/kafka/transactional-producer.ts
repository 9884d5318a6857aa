import { setTimeout as wait } from "node:timers/promises";
import { LogError, type LogMessage, type OffsetToCommit, type TransactionalProducer } from "@weir/core";
import type { CompressionTypes, Kafka, Offsets, Producer, Transaction } from "kafkajs";
import { bounded } from "./bounded.ts";
import { isTransient } from "./log-errors.ts";
import { toTopicMessages } from "./messages.ts";

export interface TransactionalOptions {
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  /** How long one call may take. */
  readonly timeoutMs: number;
  readonly compression: CompressionTypes;
}

/** A producer whose InitProducerId is done: earlier ones of the id are fenced, and their transactions resolved. */
export async function createTransactionalProducer(
  kafka: Kafka,
  options: TransactionalOptions,
): Promise<TransactionalProducer> {
  const { transactionalId, timeoutMs } = options;
  const producer = kafka.producer({
    transactionalId,
    transactionTimeout: options.transactionTimeoutMs,
    maxInFlightRequests: 1,
    // Each commit is followed by the next transaction at once, which the coordinator refuses until it has written the
    // markers of the last one; that takes some milliseconds.
    retry: { initialRetryTime: 15, maxRetryTime: 1000, multiplier: 1.5, factor: 0.2, retries: 12 },
  });
  try {
    return await bounded(`cannot open the producer \`${transactionalId}\``, "retriable", timeoutMs, async () => {
      await producer.connect();
      // The client sends InitProducerId with its first transaction, not before: begin it now, use it later.
      return new KafkaTransactionalProducer(producer, options, await producer.transaction());
    });
  } catch (error) {
    producer.disconnect().catch(() => {});
    throw error;
  }
}

/** The wait before the coordinator is asked again. */
const coordinatorWaitMs = 15;

class KafkaTransactionalProducer implements TransactionalProducer {
  readonly #producer: Producer;
  readonly #options: TransactionalOptions;
  #open: Transaction | null = null;
  #unused: Transaction | null;

  constructor(producer: Producer, options: TransactionalOptions, first: Transaction) {
    this.#producer = producer;
    this.#options = options;
    this.#unused = first;
  }

  begin(): Promise<void> {
    return this.#call("begin", async () => {
      this.#open = this.#unused ?? (await this.#producer.transaction());
      this.#unused = null;
    });
  }

  async send(messages: readonly LogMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { compression } = this.#options;
    await this.#call("send to", (transaction) =>
      transaction.sendBatch({ topicMessages: toTopicMessages(messages), acks: -1, compression }),
    );
  }

  sendOffsets(group: string, offsets: readonly OffsetToCommit[]): Promise<void> {
    return this.#call("add offsets to", async (transaction) => {
      const deadline = performance.now() + this.#options.timeoutMs;
      // The client asks the coordinator only once, although it is busy for a moment after each transaction.
      for (;;) {
        try {
          await transaction.sendOffsets({ consumerGroupId: group, ...toOffsets(offsets) });
          return;
        } catch (error) {
          if (!isTransient(error) || performance.now() > deadline) throw error;
          await wait(coordinatorWaitMs);
        }
      }
    });
  }

  commit(): Promise<void> {
    return this.#call("commit", async (transaction) => {
      await transaction.commit();
      this.#open = null;
    });
  }

  abort(): Promise<void> {
    return this.#call("abort", async (transaction) => {
      await transaction.abort();
      this.#open = null;
    });
  }

  async close(): Promise<void> {
    await bounded("cannot close the producer", "retriable", 5000, () => this.#producer.disconnect()).catch(() => {});
  }

  /** After any error the outcome of the transaction is for a new producer to find out, for this one is stuck. */
  async #call(what: string, run: (transaction: Transaction) => Promise<unknown>): Promise<void> {
    const { transactionalId, timeoutMs } = this.#options;
    const open = this.#open;
    const begins = what === "begin";
    if (begins === (open !== null)) {
      throw new LogError(
        `cannot ${what} the transaction of \`${transactionalId}\`: it is ${begins ? "" : "not "}open`,
        {
          kind: "unknown-outcome",
          code: "wrong-order",
        },
      );
    }
    await bounded(`cannot ${what} the transaction of \`${transactionalId}\``, "unknown-outcome", timeoutMs, () =>
      run(open as Transaction),
    );
  }
}

function toOffsets(offsets: readonly OffsetToCommit[]): Offsets {
  return {
    topics: offsets.map(({ topic, partition, offset, metadata }) => ({
      topic,
      // The client's types leave `metadata` out; it reaches the broker.
      partitions: [{ partition, offset: `${offset}`, metadata }],
    })),
  };
}
