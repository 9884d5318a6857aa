import { type Log, type LogConsumer, LogError, type LogHappening, type LogMessage, type LogRecord } from "@weir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** A log for one test: topics of its own, and clients as of several processes. */
export interface LogBench {
  /** Makes a topic; gives its name. */
  createTopic(partitions: number): Promise<string>;
  /** The client of another process. */
  open(): Promise<Log>;
  /** A name for a group or a transactional id that was not used before. */
  name(): string;
  /** Lets time pass while waiting for `work`, where time is not real. */
  wait<T>(work: Promise<T>): Promise<T>;
  /** Forgets the records of a partition before an offset, as retention does. */
  trim(topic: string, partition: number, start: number): Promise<void>;
  close(): Promise<void>;
}

/** What every `Log` must do: call it in a test file with a way to make a bench. */
export function logSuite(name: string, create: () => Promise<LogBench>): void {
  describe(`${name} as a log`, () => {
    let bench: LogBench;
    let log: Log;
    let topic: string;

    beforeEach(async () => {
      bench = await create();
      log = await bench.open();
      topic = await bench.createTopic(2);
    });

    afterEach(async () => {
      await bench.wait(log.close());
      await bench.close();
    });

    test("a topic has its partitions, and one that is not there is fatal and told by name", async () => {
      expect(await bench.wait(log.partitionCount(topic))).toBe(2);
      const missing = bench.name();
      const error = await failure(log.partitionCount(missing));
      expect(error).toMatchObject({ kind: "fatal", code: "unknown-topic" });
      expect(error.message).toContain(missing);
    });

    test("what is sent is read again, in order, with key, value and headers as they were", async () => {
      const sent = [
        { ...message("first"), headers: { text: "h", bytes: new Uint8Array([0, 255]) } },
        { ...message(null), key: null },
        { ...message(""), key: new Uint8Array([1, 2, 3]) },
        message("wide é😀"),
      ];
      await send(sent);
      const records = await read(await consumer(), 4);
      expect(records.map(({ value }) => text(value))).toEqual(["first", null, "", "wide é😀"]);
      expect(records.map(({ key }) => (key === null ? null : [...key]))).toEqual([[107], null, [1, 2, 3], [107]]);
      expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
      expect(text(records[0]!.headers["text"] ?? null)).toBe("h");
      expect(Buffer.from(records[0]!.headers["bytes"] ?? "")).toEqual(Buffer.from([0, 255]));
      for (const { timestamp } of records) expect(timestamp).toBeGreaterThan(1_500_000_000_000);
    });

    test("offsets tell where a partition begins and ends", async () => {
      expect(await offsets()).toEqual({ start: 0, end: 0 });
      await send([message("a"), message("b")]);
      expect(await offsets()).toEqual({ start: 0, end: 2 });
    });

    test("an assignment names every partition, and nothing comes of one before it is sought and resumed", async () => {
      await send([message("a")]);
      const reader = await bench.wait(
        log.consumer({ group: bench.name(), topics: [topic], maxRecords: 100, maxBytes: 1 << 20, readCommitted: true }),
      );
      const assigned = await next(reader, "assigned");
      expect(assigned.partitions.map(({ partition }) => partition).toSorted((a, b) => a - b)).toEqual([0, 1]);
      expect((await bench.wait(reader.poll(300))).kind).toBe("idle");
      reader.seek({ topic, partition: 0 }, 0);
      reader.resume({ topic, partition: 0 });
      expect((await next(reader, "records")).records.map(({ value }) => text(value))).toEqual(["a"]);
      await bench.wait(reader.close());
    });

    test("each batch says which position it follows, and has no more records than asked for", async () => {
      await send(Array.from({ length: 10 }, (_, i) => message(String(i))));
      const reader = await consumer(0, 4);
      const seen: number[] = [];
      while (seen.length < 10) {
        const { from, records, end } = await next(reader, "records");
        expect(from).toBe(seen.length);
        expect(records.length).toBeLessThanOrEqual(4);
        expect(end).toBeGreaterThanOrEqual(records.at(-1)!.offset + 1);
        seen.push(...records.map(({ offset }) => offset));
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await bench.wait(reader.close());
    });

    test("after a seek nothing comes of the position before", async () => {
      await send(Array.from({ length: 10 }, (_, i) => message(String(i))));
      const reader = await consumer(0, 2);
      await next(reader, "records");
      reader.seek({ topic, partition: 0 }, 7);
      expect(await next(reader, "records")).toMatchObject({ from: 7, records: [{ offset: 7 }, { offset: 8 }] });
      reader.seek({ topic, partition: 0 }, 1);
      expect(await next(reader, "records")).toMatchObject({ from: 1, records: [{ offset: 1 }, { offset: 2 }] });
      await bench.wait(reader.close());
    });

    test("a paused partition gives nothing and goes on with the next record, also with what came meanwhile", async () => {
      await send([message("a"), message("b")]);
      const reader = await consumer(0, 1);
      expect(await next(reader, "records")).toMatchObject({ records: [{ offset: 0 }] });
      reader.pause({ topic, partition: 0 });
      await send([message("c")]);
      expect((await bench.wait(reader.poll(300))).kind).toBe("idle");
      reader.resume({ topic, partition: 0 });
      expect(await next(reader, "records")).toMatchObject({ from: 1, records: [{ offset: 1 }] });
      expect(await next(reader, "records")).toMatchObject({ from: 2, records: [{ offset: 2 }] });
      await bench.wait(reader.close());
    });

    test("one partition that is paused does not hold up the other", async () => {
      await send([message("a"), { ...message("b"), partition: 1 }]);
      const reader = await consumer();
      reader.pause({ topic, partition: 0 });
      reader.seek({ topic, partition: 1 }, 0);
      reader.resume({ topic, partition: 1 });
      for (;;) {
        const happening = await next(reader, "records");
        if (happening.partition === 1) break;
      }
      await bench.wait(reader.close());
    });

    test("seeking, pausing and resuming a partition that is not assigned does nothing", async () => {
      const reader = await consumer();
      const other = { topic: bench.name(), partition: 5 };
      reader.seek(other, 3);
      reader.pause(other);
      reader.resume(other);
      await send([message("a")]);
      expect(await next(reader, "records")).toMatchObject({ records: [{ offset: 0 }] });
      await bench.wait(reader.close());
    });

    test("committed offsets come back with their metadata, and those of other groups are none", async () => {
      const group = bench.name();
      const reader = await consumer(0, 100, group);
      const offset = { topic, partition: 0, offset: 3, metadata: '{"é":"\\"1\\""}' };
      await bench.wait(reader.commit([offset]));
      const both = [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ];
      expect(await bench.wait(log.committed(group, both))).toEqual([{ offset: 3, metadata: offset.metadata }, null]);
      expect(await bench.wait(log.committed(bench.name(), both))).toEqual([null, null]);
      await bench.wait(reader.close());
    });

    test("a transaction is read and its offsets are committed when it is committed, and not before", async () => {
      const group = bench.name();
      const producer = await bench.wait(log.transactionalProducer(bench.name(), 30_000));
      const reader = await consumer();
      await bench.wait(producer.begin());
      await bench.wait(producer.send([message("a"), message("b")]));
      await bench.wait(producer.sendOffsets(group, [{ topic, partition: 0, offset: 7, metadata: "m" }]));
      expect((await bench.wait(reader.poll(300))).kind).toBe("idle");
      expect(await committed(group)).toBeNull();
      await bench.wait(producer.commit());
      expect((await read(reader, 2)).map(({ value }) => text(value))).toEqual(["a", "b"]);
      await until(async () => (await committed(group))?.offset === 7);
      expect(await committed(group)).toEqual({ offset: 7, metadata: "m" });
      await bench.wait(producer.close());
    });

    test("transactions of one producer follow each other as fast as they are made", async () => {
      const producer = await bench.wait(log.transactionalProducer(bench.name(), 30_000));
      const group = bench.name();
      for (let i = 0; i < 5; i++) {
        await bench.wait(producer.begin());
        await retried(() => producer.send([message(String(i))]));
        await retried(() => producer.sendOffsets(group, [{ topic, partition: 0, offset: i, metadata: "" }]));
        await bench.wait(producer.commit());
      }
      expect((await read(await consumer(), 5)).map(({ value }) => text(value))).toEqual(["0", "1", "2", "3", "4"]);
      await bench.wait(producer.close());
    });

    test("an aborted transaction is never read, and leaves no offsets", async () => {
      const group = bench.name();
      const producer = await bench.wait(log.transactionalProducer(bench.name(), 30_000));
      await bench.wait(producer.begin());
      await bench.wait(producer.send([message("never")]));
      await bench.wait(producer.sendOffsets(group, [{ topic, partition: 0, offset: 7, metadata: "" }]));
      await bench.wait(producer.abort());
      await bench.wait(producer.begin());
      await retried(() => producer.send([message("kept")]));
      await bench.wait(producer.commit());
      expect((await read(await consumer(), 1)).map(({ value }) => text(value))).toEqual(["kept"]);
      expect(await committed(group)).toBeNull();
      await bench.wait(producer.close());
    });

    test("a new producer of an id fences the one before and aborts what it left open", async () => {
      const id = bench.name();
      const group = bench.name();
      const old = await bench.wait(log.transactionalProducer(id, 30_000));
      await bench.wait(old.begin());
      await bench.wait(old.send([message("zombie")]));
      await bench.wait(old.sendOffsets(group, [{ topic, partition: 0, offset: 9, metadata: "zombie" }]));
      const other = await bench.open();
      const heir = await retried(() => other.transactionalProducer(id, 30_000));
      const error = await failure(old.commit());
      expect(["fenced", "unknown-outcome"]).toContain(error.kind);
      expect(await committed(group)).toBeNull();
      await bench.wait(heir.begin());
      await retried(() => heir.send([message("heir")]));
      await retried(() => heir.sendOffsets(group, [{ topic, partition: 0, offset: 1, metadata: "heir" }]));
      await bench.wait(heir.commit());
      await until(async () => (await committed(group))?.metadata === "heir");
      expect((await read(await consumer(), 1)).map(({ value }) => text(value))).toEqual(["heir"]);
      await bench.wait(old.close());
      await bench.wait(heir.close());
      await bench.wait(other.close());
    });

    test("a second member takes its share of the partitions, and gives it back when it leaves", async () => {
      const group = bench.name();
      const first = await consumer(0, 100, group);
      const other = await bench.open();
      const joining = other.consumer({
        group,
        topics: [topic],
        maxRecords: 10,
        maxBytes: 1 << 20,
        readCommitted: true,
      });
      // The first member has to poll for the rebalance to end.
      const shared = nextAssignment(first, 1);
      const second = await bench.wait(joining);
      const taken = await nextAssignment(second, 1);
      const kept = await shared;
      expect(new Set([...taken, ...kept])).toEqual(new Set([0, 1]));
      await bench.wait(second.close());
      expect(new Set(await nextAssignment(first, 2))).toEqual(new Set([0, 1]));
      await bench.wait(first.close());
      await bench.wait(other.close());
    });

    test("an offset that retention took is not replaced in silence: the batch says what position it follows", async () => {
      await send(Array.from({ length: 6 }, (_, i) => message(String(i))));
      await bench.trim(topic, 0, 4);
      expect(await offsets()).toEqual({ start: 4, end: 6 });
      const reader = await consumer(1);
      expect(await next(reader, "records")).toMatchObject({ from: 1, records: [{ offset: 4 }, { offset: 5 }] });
      await bench.wait(reader.close());
    });

    async function send(messages: readonly LogMessage[]): Promise<void> {
      const producer = await bench.wait(log.producer());
      await bench.wait(producer.send(messages));
      await bench.wait(producer.close());
    }

    function message(value: string | null): LogMessage {
      return { topic, partition: 0, key: "k", value, headers: {} };
    }

    /** A reader of partition 0, sought and resumed. */
    async function consumer(offset = 0, maxRecords = 100, group = bench.name()): Promise<LogConsumer> {
      const made = await bench.wait(
        log.consumer({ group, topics: [topic], maxRecords, maxBytes: 1 << 20, readCommitted: true }),
      );
      await next(made, "assigned");
      made.seek({ topic, partition: 0 }, offset);
      made.resume({ topic, partition: 0 });
      return made;
    }

    /** The next happening of a kind; others are passed over. */
    async function next<Kind extends LogHappening["kind"]>(
      reader: LogConsumer,
      kind: Kind,
    ): Promise<Extract<LogHappening, { readonly kind: Kind }>> {
      for (let polls = 0; polls < 60; polls++) {
        const happening = await bench.wait(reader.poll(1000));
        if (happening.kind === kind) return happening as Extract<LogHappening, { readonly kind: Kind }>;
      }
      throw new Error(`no ${kind} came`);
    }

    /** The partitions of the next assignment that has `count` of them. */
    async function nextAssignment(reader: LogConsumer, count: number): Promise<readonly number[]> {
      for (;;) {
        const { partitions } = await next(reader, "assigned");
        if (partitions.length === count) return partitions.map(({ partition }) => partition);
      }
    }

    async function read(reader: LogConsumer, count: number): Promise<readonly LogRecord[]> {
      const records: LogRecord[] = [];
      while (records.length < count) records.push(...(await next(reader, "records")).records);
      await bench.wait(reader.close());
      return records;
    }

    async function offsets(): Promise<{ readonly start: number; readonly end: number }> {
      return bench.wait(log.offsets({ topic, partition: 0 }));
    }

    async function committed(group: string): Promise<{ readonly offset: number; readonly metadata: string } | null> {
      return (await bench.wait(log.committed(group, [{ topic, partition: 0 }])))[0] ?? null;
    }

    /** Makes a call again while the log says that it did nothing yet. */
    async function retried<T>(call: () => Promise<T>): Promise<T> {
      for (let tries = 1; ; tries++) {
        try {
          return await bench.wait(call());
        } catch (error) {
          if (tries === 100 || !(error instanceof LogError) || error.kind !== "retriable") throw error;
          await bench.wait(new Promise((resolve) => setTimeout(resolve, 20)));
        }
      }
    }

    async function until(holds: () => Promise<boolean>): Promise<void> {
      for (let tries = 0; tries < 200 && !(await holds()); tries++) {
        await bench.wait(new Promise((resolve) => setTimeout(resolve, 20)));
      }
    }

    async function failure(call: Promise<unknown>): Promise<LogError> {
      try {
        await bench.wait(call);
      } catch (error) {
        if (error instanceof LogError) return error;
        throw error;
      }
      throw new Error("it did not fail");
    }
  });
}

function text(value: Uint8Array | string | null): string | null {
  return value === null ? null : Buffer.from(value).toString();
}
