import type { LogConsumer, LogRecord } from "@weir/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createConsumer } from "../../../packages/connectors/src/kafka/kafka-consumer.ts";
import { kafkaSettings } from "../../../packages/connectors/src/kafka/options.ts";
import { FakeClient } from "./fake-client.ts";

const record = (offset: number): LogRecord => ({ offset, timestamp: 0, key: null, value: null, headers: {} });
const records = (...offsets: readonly number[]): readonly LogRecord[] => offsets.map(record);
const upTo = (end: number): readonly number[] => Array.from({ length: end }, (_, offset) => offset);
const partition = { topic: "t", partition: 0 };

async function open(client: FakeClient, maxRecords = 3): Promise<LogConsumer> {
  const consumer = await createConsumer(client.kafka, kafkaSettings({ brokers: [] }), {
    group: "g",
    topics: ["t"],
    maxRecords,
    maxBytes: 1 << 20,
    readCommitted: true,
  });
  expect((await consumer.poll(1000)).kind).toBe("assigned");
  return consumer;
}

/** The offsets given until that of `last`, each batch said to follow the one before. */
async function readTo(consumer: LogConsumer, from: number, last: number): Promise<readonly number[]> {
  const offsets: number[] = [];
  let next = from;
  for (let polls = 0; polls < 80 && offsets.at(-1) !== last; polls++) {
    const happening = await consumer.poll(250);
    if (happening.kind !== "records") continue;
    expect(happening.from).toBe(next);
    offsets.push(...happening.records.map(({ offset }) => offset));
    next = offsets.at(-1)! + 1;
  }
  return offsets;
}

describe("a consumer whose client fetches from elsewhere", () => {
  test("passes over no record where a fetch begins behind its position", async () => {
    const partitionOf = { records: records(...upTo(40)), start: 0, end: 40, fetchRecords: 4 };
    const client = new FakeClient(partitionOf, (fetch, position) => (fetch % 3 === 2 ? position + 2 : position));
    const consumer = await open(client);
    consumer.seek(partition, 5);
    consumer.resume(partition);
    expect(await readTo(consumer, 5, 39)).toEqual(upTo(40).slice(5));
    expect(client.disturbed).toBeGreaterThan(1);
    await consumer.close();
  });

  test("gives each record once where a fetch begins before its position", async () => {
    const partitionOf = { records: records(...upTo(30)), start: 0, end: 30, fetchRecords: 5 };
    const client = new FakeClient(partitionOf, (fetch, position) =>
      fetch % 2 === 1 ? Math.max(0, position - 3) : position,
    );
    const consumer = await open(client);
    consumer.seek(partition, 0);
    consumer.resume(partition);
    expect(await readTo(consumer, 0, 29)).toEqual(upTo(30));
    await consumer.close();
  });

  test("goes on over offsets that have no record any more, or none for it", async () => {
    const offsets = [1, 2, 11, 12, 13, 29];
    const client = new FakeClient({ records: records(...offsets), start: 0, end: 30, fetchRecords: 4 }, (_, at) => at);
    const consumer = await open(client);
    consumer.seek(partition, 0);
    consumer.resume(partition);
    expect(await readTo(consumer, 0, 29)).toEqual(offsets);
    await consumer.close();
  });

  test("goes on where the log begins now, and says which position that follows", async () => {
    const client = new FakeClient(
      { records: records(6, 7, 8, 9), start: 6, end: 10, fetchRecords: 4 },
      (_, position) => position,
    );
    const consumer = await open(client, 10);
    consumer.seek(partition, 2);
    consumer.resume(partition);
    expect(await consumer.poll(1000)).toMatchObject({ kind: "records", from: 2, records: records(6, 7, 8, 9) });
    await consumer.close();
  });

  test("ends with an error where the client never fetches what it is asked for", async () => {
    const partitionOf = { records: records(...upTo(40)), start: 0, end: 40, fetchRecords: 4 };
    const client = new FakeClient(partitionOf, (_, position) => position + 1);
    const consumer = await open(client);
    consumer.seek(partition, 5);
    consumer.resume(partition);
    await expect(readTo(consumer, 5, 39)).rejects.toMatchObject({
      name: "LogError",
      kind: "fatal",
      code: "wrong-fetch",
      message: "partition 0 of `t` was fetched from offset 6 where 5 was asked for",
    });
    await consumer.close();
  });

  test("gives exactly the records from where it was sought, whatever is compacted and wherever fetches begin", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(60), { minLength: 1 }),
        fc.array(fc.integer({ min: -3, max: 6 }), { minLength: 1, maxLength: 12 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 9 }),
        async (offsets, moves, from, fetchRecords) => {
          const present = offsets.toSorted((a, b) => a - b);
          const wanted = present.filter((offset) => offset >= from);
          if (wanted.length === 0) return;
          const partitionOf = { records: records(...present), start: 0, end: 61, fetchRecords };
          // Most fetches are right, so that it gets on.
          const client = new FakeClient(partitionOf, (fetch, position) =>
            fetch % 4 < 3 ? position : Math.max(0, position + moves[fetch % moves.length]!),
          );
          const consumer = await open(client);
          consumer.seek(partition, from);
          consumer.resume(partition);
          const given = await readTo(consumer, from, wanted.at(-1)!);
          await consumer.close();
          expect(given).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });
});
