import { randomUUID } from "node:crypto";
import type { LogMessage } from "@weir/core";
import type { KafkaLog } from "@weir/connectors/kafka";
import { type Format, payment } from "./workload.ts";

const perSend = 2000;

export interface Filling {
  readonly events: number;
  readonly users: number;
}

/** A new topic with payments, those of a user in one partition, and topics for the alerts and dead letters of it. */
export async function filledTopic(
  log: KafkaLog,
  format: Format,
  { partitions, ...filling }: Filling & { readonly partitions: number },
): Promise<string> {
  const topic = await emptyTopic(log, partitions);
  await fill(log, topic, format, filling);
  return topic;
}

export async function emptyTopic(log: KafkaLog, partitions: number): Promise<string> {
  const topic = `bench-${randomUUID()}`;
  await log.ensureTopics([
    { topic, partitions },
    { topic: `${topic}-alerts`, partitions: 1 },
    { topic: `${topic}-dead`, partitions: 1 },
  ]);
  return topic;
}

export async function fill(
  log: KafkaLog,
  topic: string,
  { encode }: Format,
  { events, users }: Filling,
): Promise<void> {
  const partitions = await log.partitionCount(topic);
  const producer = await log.producer();
  for (let i = 0; i < events; i += perSend) {
    const messages: LogMessage[] = [];
    for (let n = i; n < Math.min(events, i + perSend); n++) {
      const event = payment(n, users);
      const partition = Number(event.user.slice(1)) % partitions;
      messages.push({ topic, partition, key: null, value: encode(event), headers: {} });
    }
    await producer.send(messages);
  }
  await producer.close();
}
