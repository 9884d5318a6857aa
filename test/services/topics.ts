import { randomUUID } from "node:crypto";
import type { Alert, LogMessage, LogRecord } from "@weir/core";
import { createKafkaLog, type KafkaLog } from "@weir/connectors/kafka";

/** Names that no other test uses, and a log to look at them. */
export interface Topics {
  readonly log: KafkaLog;
  readonly name: string;
  readonly input: string;
  readonly alerts: string;
  readonly deadLetters: string;
  readonly late: string;
}

export function uniqueTopics(broker: string): Topics {
  const name = `run-${randomUUID().slice(0, 8)}`;
  const log = createKafkaLog({ brokers: [broker], sessionTimeoutMs: 6000 });
  return {
    log,
    name,
    input: `${name}-in`,
    alerts: `${name}-alerts`,
    deadLetters: `${name}-dead`,
    late: `${name}-late`,
  };
}

/** What is committed in a topic, partition by partition. */
export async function readAll(log: KafkaLog, topic: string): Promise<readonly LogRecord[]> {
  const count = await log.partitionCount(topic);
  const left = new Map<number, number>();
  for (let partition = 0; partition < count; partition++) {
    const { start, end } = await log.offsets({ topic, partition });
    if (end > start) left.set(partition, end);
  }
  if (left.size === 0) return [];
  const records = new Map<number, LogRecord[]>();
  const options = { maxRecords: 10_000, maxBytes: 1 << 20, readCommitted: true };
  const consumer = await log.consumer({ group: `reader-${randomUUID()}`, topics: [topic], ...options });
  // What ends a partition may be a marker, which is not given: then it ends with silence.
  for (let quiet = 0; left.size > 0 && quiet < 3; ) {
    const happening = await consumer.poll(500);
    if (happening.kind === "idle") quiet++;
    if (happening.kind === "assigned") {
      for (const partition of happening.partitions) {
        consumer.seek(partition, 0);
        consumer.resume(partition);
      }
    }
    if (happening.kind !== "records") continue;
    quiet = 0;
    const { partition } = happening;
    records.set(partition, [...(records.get(partition) ?? []), ...happening.records]);
    if ((happening.records.at(-1)?.offset ?? 0) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
  }
  await consumer.close();
  return [...records].toSorted(([a], [b]) => a - b).flatMap(([, list]) => list);
}

export async function readAlerts(log: KafkaLog, topic: string): Promise<readonly Alert[]> {
  return (await readAll(log, topic)).map(({ value }) => JSON.parse(Buffer.from(value ?? []).toString()) as Alert);
}

export async function write(log: KafkaLog, messages: readonly LogMessage[]): Promise<void> {
  const producer = await log.producer();
  for (let i = 0; i < messages.length; i += 1000) await producer.send(messages.slice(i, i + 1000));
  await producer.close();
}

export function jsonMessage(topic: string, key: string, value: object): LogMessage {
  return { topic, key, value: JSON.stringify(value), headers: {} };
}
