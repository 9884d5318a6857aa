import type { LogMessage } from "@weir/core";
import type { Message, TopicMessages } from "kafkajs";

/** Messages by topic, each topic's in their order. */
export function toTopicMessages(messages: readonly LogMessage[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const message of messages) {
    let list = topics.get(message.topic);
    if (list === undefined) topics.set(message.topic, (list = []));
    list.push({
      key: toBytes(message.key),
      value: toBytes(message.value),
      headers: Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, toBytes(value) ?? Buffer.alloc(0)]),
      ),
      ...(message.partition === undefined ? {} : { partition: message.partition }),
    });
  }
  return [...topics].map(([topic, list]) => ({ topic, messages: list }));
}

/** About what a message takes on the wire. */
export function messageBytes({ key, value, headers }: LogMessage): number {
  let bytes = 40 + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function toBytes(data: Uint8Array | string | null): Buffer | null {
  if (data === null) return null;
  if (typeof data === "string") return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
