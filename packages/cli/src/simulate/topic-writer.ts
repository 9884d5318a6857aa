import { LogError, type LogMessage } from "@weir/core";
import { createKafkaLog } from "@weir/connectors/kafka";
import { CommandError, exitCode } from "../exit-code.ts";

export interface TopicWriter {
  /** Resolves when there is room for more. */
  write(message: { readonly key: string; readonly value: string }): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const batchMessages = 500;

/** Writes to a topic, which is made where it is missing; a key's messages stay in order. Throws `CommandError`. */
export async function openTopic(brokers: string, topic: string, partitions: number): Promise<TopicWriter> {
  const log = createKafkaLog({ brokers: brokers.split(","), lingerMs: 0 });
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await log.close();
      if (error instanceof LogError) throw new CommandError(exitCode.failed, error.message, error.hint);
      throw error;
    }
  };
  await guarded(() => log.ensureTopics([{ topic, partitionsIfMade: partitions }]));
  const producer = await guarded(() => log.producer());
  let waiting: LogMessage[] = [];
  // One batch is on its way while the next is gathered.
  let sending: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    await guarded(() => sending);
    sending = producer.send(batch);
    sending.catch(() => {});
  };
  return {
    async write({ key, value }) {
      waiting.push({ topic, key, value, headers: {} });
      if (waiting.length >= batchMessages) await send();
    },
    async flush() {
      await send();
      await guarded(() => sending);
    },
    async close() {
      await producer.close();
      await log.close();
    },
  };
}
