import { createRequire } from "node:module";
import type { LogRecord } from "@weir/core";

type ReadMessages = (decoder: object, size: number) => Promise<readonly OldMessage[]>;
type Decoder = new (bytes: Buffer) => object;

interface OldMessage {
  readonly offset: string;
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Records of the formats before Kafka 0.11, which an old topic may still have, by the client's own reader. */
export async function readOldRecords(set: Buffer): Promise<readonly LogRecord[]> {
  const require = createRequire(import.meta.url);
  const readMessages = require("kafkajs/src/protocol/messageSet/decoder") as ReadMessages;
  const KafkaDecoder = require("kafkajs/src/protocol/decoder") as Decoder;
  const messages = await readMessages(new KafkaDecoder(set), set.length);
  return messages.map(({ offset, timestamp, key, value }) => ({
    offset: Number(offset),
    timestamp: Number(timestamp ?? 0),
    key,
    value,
    headers: {},
  }));
}
