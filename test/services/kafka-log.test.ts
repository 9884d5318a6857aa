import { randomUUID } from "node:crypto";
import { type Log, LogError, type LogConsumer, type LogHappening, type LogMessage, type LogRecord } from "@weir/core";
import { createJsonDecoder } from "@weir/connectors/formats";
import { type CompressionName, createKafkaLog, keyField, startRepartitioner } from "@weir/connectors/kafka";
import { afterEach, describe, expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";
import { readAll } from "./topics.ts";

const { kafka } = endpoints();
const logs: Log[] = [];

function openLog(options: { readonly compression?: CompressionName } = {}): ReturnType<typeof createKafkaLog> {
  const log = createKafkaLog({ brokers: [kafka], sessionTimeoutMs: 3000, rebalanceTimeoutMs: 3000, ...options });
  logs.push(log);
  return log;
}

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
});

async function topicOf(log: ReturnType<typeof createKafkaLog>, partitions = 1): Promise<string> {
  const topic = `t-${randomUUID()}`;
  await log.ensureTopics([{ topic, partitions }]);
  return topic;
}

const message = (topic: string, value: string, partition = 0): LogMessage => ({
  topic,
  partition,
  key: null,
  value,
  headers: {},
});

const texts = (records: readonly LogRecord[]): string[] =>
  records.map(({ value }) => Buffer.from(value ?? []).toString());

async function until<K extends LogHappening["kind"]>(
  consumer: LogConsumer,
  kind: K,
): Promise<Extract<LogHappening, { readonly kind: K }>> {
  for (let tries = 0; tries < 150; tries++) {
    const happening = await consumer.poll(200);
    if (happening.kind === kind) return happening as Extract<LogHappening, { readonly kind: K }>;
  }
  throw new Error(`nothing of kind ${kind} in time`);
}

async function read(consumer: LogConsumer, count: number): Promise<string[]> {
  const values: string[] = [];
  while (values.length < count) values.push(...texts((await until(consumer, "records")).records));
  return values;
}

async function consumerOf(
  log: Log,
  topics: readonly string[],
  group = `g-${randomUUID()}`,
  maxRecords = 100,
): Promise<LogConsumer> {
  return log.consumer({ group, topics, maxRecords, maxBytes: 1_000_000, readCommitted: true });
}

describe("topics", () => {
  test("are made once, and refused with another number of partitions", async () => {
    const log = openLog();
    const topic = await topicOf(log, 3);
    expect(await log.partitionCount(topic)).toBe(3);
    expect(await log.ensureTopics([{ topic, partitions: 3 }])).toEqual([]);
    await expect(log.ensureTopics([{ topic, partitions: 4 }])).rejects.toMatchObject({
      kind: "fatal",
      code: "partitions-differ",
      message: `the topic \`${topic}\` has 3 partitions, not 4`,
    });
  });

  test("one that is missing is a fatal error that names it", async () => {
    await expect(openLog().partitionCount("no-such-topic")).rejects.toMatchObject({
      name: "LogError",
      kind: "fatal",
      code: "unknown-topic",
    });
  });

  test("a broker that cannot be reached is a retriable error within seconds", async () => {
    const log = createKafkaLog({ brokers: ["127.0.0.1:1"], connectTimeoutMs: 500, requestTimeoutMs: 1000 });
    logs.push(log);
    await expect(log.partitionCount("any")).rejects.toMatchObject({ name: "LogError", kind: "retriable" });
  });
});

describe("a transaction", () => {
  test("shows its messages and offsets all at once", async () => {
    const log = openLog();
    const topic = await topicOf(log);
    const group = `g-${randomUUID()}`;
    const producer = await log.transactionalProducer(`tx-${topic}`, 60_000);
    const consumer = await consumerOf(log, [topic]);
    const { partitions } = await until(consumer, "assigned");
    for (const partition of partitions) {
      consumer.seek(partition, 0);
      consumer.resume(partition);
    }
    await producer.begin();
    await producer.send([message(topic, "a"), message(topic, "b")]);
    await producer.sendOffsets(group, [{ topic, partition: 0, offset: 7, metadata: "v1 of the state" }]);
    expect((await consumer.poll(500)).kind).toBe("idle");
    expect(await log.committed(group, [{ topic, partition: 0 }])).toEqual([null]);
    await producer.commit();
    expect(await read(consumer, 2)).toEqual(["a", "b"]);
    await expect
      .poll(() => log.committed(group, [{ topic, partition: 0 }]))
      .toEqual([{ offset: 7, metadata: "v1 of the state" }]);

    await producer.begin();
    await producer.send([message(topic, "dropped")]);
    await producer.abort();
    for (let i = 0; i < 5; i++) {
      await producer.begin();
      await producer.send([message(topic, `c${i}`)]);
      await producer.sendOffsets(group, [{ topic, partition: 0, offset: 8 + i, metadata: "" }]);
      await producer.commit();
    }
    expect(await read(consumer, 5)).toEqual(["c0", "c1", "c2", "c3", "c4"]);
    await producer.close();
    await consumer.close();
  });

  test("of a producer that has a successor is fenced, and what it left open is gone", async () => {
    const log = openLog();
    const topic = await topicOf(log);
    const first = await log.transactionalProducer(`tx-${topic}`, 60_000);
    await first.begin();
    await first.send([message(topic, "never seen")]);
    const second = await log.transactionalProducer(`tx-${topic}`, 60_000);
    await expect(first.commit()).rejects.toMatchObject({ name: "LogError", kind: "fenced" });
    await second.begin();
    await second.send([message(topic, "seen")]);
    await second.commit();
    const consumer = await consumerOf(log, [topic]);
    const { partitions } = await until(consumer, "assigned");
    for (const partition of partitions) {
      consumer.seek(partition, 0);
      consumer.resume(partition);
    }
    expect(await read(consumer, 1)).toEqual(["seen"]);
    await Promise.all([first.close(), second.close(), consumer.close()]);
  });

  test("that was aborted is never seen, whichever of several that overlap ended first", async () => {
    const log = openLog();
    const topic = await topicOf(log);
    const [a, b, c] = await Promise.all(
      ["a", "b", "c"].map((name) => log.transactionalProducer(`tx-${topic}-${name}`, 60_000)),
    );
    for (const producer of [a!, b!, c!]) {
      await producer.begin();
      await producer.send([message(topic, "aborted")]);
    }
    for (const producer of [a!, b!]) await producer.send([message(topic, "aborted")]);
    await b!.abort();
    await c!.abort();
    await b!.begin();
    await b!.send([message(topic, "committed 1")]);
    await a!.send([message(topic, "aborted")]);
    await b!.commit();
    await a!.abort();
    await a!.begin();
    await a!.send([{ ...message(topic, "committed 2"), key: Buffer.alloc(4) }]);
    await a!.commit();
    const consumer = await consumerOf(log, [topic]);
    await until(consumer, "assigned");
    const readFrom = async (offset: number): Promise<readonly LogRecord[]> => {
      consumer.seek({ topic, partition: 0 }, offset);
      consumer.resume({ topic, partition: 0 });
      const records: LogRecord[] = [];
      while (!texts(records).includes("committed 2")) records.push(...(await until(consumer, "records")).records);
      return records;
    };
    // The marker of the transaction that is not waited for may come before the first committed record or after it.
    const first = (await readFrom(0))[0]!.offset;
    expect([6, 7]).toContain(first);
    // From each offset up to it, also from within the aborted ones.
    for (let offset = 0; offset <= first; offset++) {
      expect({ offset, values: texts(await readFrom(offset)) }).toEqual({
        offset,
        values: ["committed 1", "committed 2"],
      });
    }
    expect(texts(await readFrom(first + 1))).toEqual(["committed 2"]);
    await Promise.all([a!, b!, c!, consumer].map((each) => each.close()));
  });

  test("with calls out of order is an error, not a surprise", async () => {
    const log = openLog();
    const producer = await log.transactionalProducer(`tx-${randomUUID()}`, 60_000);
    await expect(producer.commit()).rejects.toBeInstanceOf(LogError);
    await producer.close();
  });
});

describe("a consumer", () => {
  test("gives nothing before it was told from where, then each record once", async () => {
    const log = openLog();
    const topic = await topicOf(log);
    const producer = await log.producer();
    await producer.send(Array.from({ length: 250 }, (_, i) => message(topic, `${i}`)));
    const consumer = await consumerOf(log, [topic]);
    const { partitions } = await until(consumer, "assigned");
    expect(partitions).toEqual([{ topic, partition: 0 }]);
    expect((await consumer.poll(400)).kind).toBe("idle");
    consumer.seek({ topic, partition: 0 }, 10);
    consumer.resume({ topic, partition: 0 });
    const first = await until(consumer, "records");
    expect(first.records[0]?.offset).toBe(10);
    expect(first.records).toHaveLength(100);
    expect(first.end).toBe(250);
    expect(await read(consumer, 140)).toEqual(Array.from({ length: 140 }, (_, i) => `${i + 110}`));
    await Promise.all([producer.close(), consumer.close()]);
  });

  test("goes on after a pause with the first record not given, and after a seek from there", async () => {
    const log = openLog();
    const topic = await topicOf(log);
    const producer = await log.producer();
    await producer.send(Array.from({ length: 50 }, (_, i) => message(topic, `${i}`)));
    const consumer = await consumerOf(log, [topic], undefined, 10);
    await until(consumer, "assigned");
    const partition = { topic, partition: 0 };
    consumer.seek(partition, 0);
    consumer.resume(partition);
    expect(await read(consumer, 10)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
    consumer.pause(partition);
    expect((await consumer.poll(400)).kind).toBe("idle");
    consumer.resume(partition);
    expect((await read(consumer, 20))[0]).toBe("10");
    consumer.seek(partition, 45);
    expect(await read(consumer, 5)).toEqual(["45", "46", "47", "48", "49"]);
    await Promise.all([producer.close(), consumer.close()]);
  });

  test("shares the partitions with a second one, same numbers of all topics together, and keeps what it can", async () => {
    const log = openLog();
    const [a, b] = [await topicOf(log, 4), await topicOf(log, 4)];
    const group = `g-${randomUUID()}`;
    const first = await consumerOf(log, [a, b], group);
    expect((await until(first, "assigned")).partitions).toHaveLength(8);
    const joining = consumerOf(log, [a, b], group);
    const again = await until(first, "assigned");
    const second = await joining;
    const other = await until(second, "assigned");
    const numbers = (list: readonly { topic: string; partition: number }[], topic: string): number[] =>
      list.filter((each) => each.topic === topic).map(({ partition }) => partition);
    expect(numbers(again.partitions, a)).toEqual(numbers(again.partitions, b));
    expect(numbers(again.partitions, a)).toEqual([0, 1]);
    expect(numbers(other.partitions, a)).toEqual([2, 3]);
    await second.close();
    expect((await until(first, "assigned")).partitions).toHaveLength(8);
    await first.close();
  });

  test("commits offsets with metadata outside of a transaction", async () => {
    const log = openLog();
    const topic = await topicOf(log);
    const group = `g-${randomUUID()}`;
    const consumer = await consumerOf(log, [topic], group);
    await until(consumer, "assigned");
    await consumer.commit([{ topic, partition: 0, offset: 3, metadata: "here" }]);
    expect(await log.committed(group, [{ topic, partition: 0 }])).toEqual([{ offset: 3, metadata: "here" }]);
    await consumer.close();
  });
});

test("a repartitioner copies each record once to the partition of its new key, also where it is ended in between", async () => {
  const log = openLog();
  const from = await topicOf(log, 2);
  const to = await topicOf(log, 3);
  const producer = await log.producer();
  const ips = Array.from({ length: 600 }, (_, i) => `10.0.0.${i % 50}`);
  await producer.send(
    ips.map((ip, i) => ({ ...message(from, JSON.stringify({ net: { ip }, i }), i % 2), key: `user ${i}` })),
  );
  await producer.send([message(from, "no JSON")]);
  const options = { name: from, from, to, key: keyField(createJsonDecoder(), "net.ip") };
  const first = await startRepartitioner(log, options);
  await expect.poll(() => first.moved, { timeout: 20_000 }).toBeGreaterThan(100);
  await first.stop();
  const second = await startRepartitioner(log, options);
  await expect.poll(() => first.moved + second.moved, { timeout: 20_000 }).toBe(601);
  await second.stop();
  const records = await readAll(log, to);
  expect(records).toHaveLength(601);
  const seen = records.flatMap(({ key, value }) => {
    const text = Buffer.from(value ?? []).toString();
    if (text === "no JSON") return [];
    const { net, i } = JSON.parse(text) as { readonly net: { readonly ip: string }; readonly i: number };
    expect(Buffer.from(key ?? []).toString()).toBe(net.ip);
    return [i];
  });
  expect(seen.toSorted((a, b) => a - b)).toEqual(ips.map((_, i) => i));
  await producer.close();
});

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "%s is taken by the broker and read back",
  async (compression) => {
    const log = openLog({ compression });
    const topic = await topicOf(log);
    const values = Array.from({ length: 500 }, (_, i) => `{"user":"u${i % 7}","amount":${i}}`);
    const producer = await log.producer();
    await producer.send(values.map((value) => message(topic, value)));
    const consumer = await consumerOf(log, [topic]);
    await until(consumer, "assigned");
    consumer.seek({ topic, partition: 0 }, 0);
    consumer.resume({ topic, partition: 0 });
    expect(await read(consumer, 500)).toEqual(values);
    await Promise.all([producer.close(), consumer.close()]);
  },
);
