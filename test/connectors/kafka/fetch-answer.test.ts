import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFetchAnswer } from "../../../packages/connectors/src/kafka/fetch/fetch-answer.ts";
import { type BatchToWrite, recordSet } from "./record-set.ts";

interface Peer {
  readonly decode: (bytes: Buffer) => Promise<{
    readonly responses: readonly {
      readonly partitions: readonly { readonly messages: readonly PeerMessage[]; readonly highWatermark: string }[];
    }[];
  }>;
}

interface PeerMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

const versions = [4, 5, 6, 7, 8, 9, 10, 11];

/** An answer of one partition. */
function answer(version: number, set: Buffer): Buffer {
  const parts: Buffer[] = [];
  const number = (bytes: 2 | 4 | 8, value: number): void => {
    const buffer = Buffer.alloc(bytes);
    if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
    else buffer.writeIntBE(value, 0, bytes);
    parts.push(buffer);
  };
  number(4, 0);
  if (version >= 7) {
    number(2, 0);
    number(4, 77);
  }
  number(4, 1);
  number(2, 5);
  parts.push(Buffer.from("topic"));
  number(4, 1);
  number(4, 3);
  number(2, 0);
  number(8, 1000);
  number(8, 999);
  if (version >= 5) number(8, 12);
  number(4, -1);
  if (version >= 11) number(4, -1);
  number(4, set.length);
  parts.push(set);
  return Buffer.concat(parts);
}

function peer(version: number): Peer {
  return createRequire(import.meta.url)(`kafkajs/src/protocol/requests/fetch/v${version}/response`) as Peer;
}

const bytes = fc.option(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  { nil: null },
);
const batch: fc.Arbitrary<Omit<BatchToWrite, "first">> = fc.record({
  isAppendTime: fc.boolean(),
  firstTimestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  maxTimestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  records: fc.array(
    fc.record({
      timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      key: bytes,
      value: bytes,
      headers: fc.uniqueArray(
        fc.tuple(
          fc.constantFrom("a", "b", "traceparent", "é"),
          fc.uint8Array({ maxLength: 70 }).map((array) => Buffer.from(array)),
        ),
        { selector: ([name]) => name, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 200 },
  ),
});

describe("an answer to a fetch", () => {
  test.each(versions)("is read as kafkajs reads it, version %i", async (version) => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 4 }), fc.nat(2 ** 40), async (list, base) => {
        let first = base;
        const set = recordSet(
          list.map((each) => {
            const placed = { ...each, first };
            first += each.records.length;
            return placed;
          }),
        );
        const whole = answer(version, set);
        const theirs = (await peer(version).decode(whole)).responses[0]!.partitions[0]!;
        const ours = (await readFetchAnswer(whole, version)).responses[0]!.partitions[0]!;
        expect(ours).toMatchObject({ partition: 3, errorCode: 0, highWatermark: "1000", lastStableOffset: "999" });
        const messages = theirs.messages.map(({ offset, timestamp, key, value, headers }) => ({
          offset: Number(offset),
          timestamp: Number(timestamp),
          key,
          value,
          headers: { ...headers },
        }));
        expect(ours.messages.flatMap(({ records }) => records)).toEqual(messages);
        if (messages.length > 0) {
          expect(ours.messages).toMatchObject([{ offset: String(first - 1), logStart: version >= 5 ? 12 : null }]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("that is cut off within a batch gives the whole ones before it", async () => {
    const whole = recordSet([
      { first: 0, records: [{ value: Buffer.from("a") }] },
      { first: 1, records: [{ value: Buffer.from("b") }] },
    ]);
    for (let length = 0; length < whole.length; length++) {
      const { messages } = (await readFetchAnswer(answer(11, whole.subarray(0, length)), 11)).responses[0]!
        .partitions[0]!;
      const records = messages.flatMap((message) => message.records);
      expect(records.length).toBe(length < whole.length / 2 ? 0 : 1);
    }
  });

  test("goes on behind what compaction took from the end of a batch, and behind markers", async () => {
    const set = recordSet([
      { first: 5, last: 9, records: [{ offsetDelta: 1, value: Buffer.from("kept") }] },
      { first: 10, isTransactional: true, isControl: true, producerId: 4, records: [{ key: Buffer.of(0, 0, 0, 1) }] },
    ]);
    const { messages } = (await readFetchAnswer(answer(11, set), 11)).responses[0]!.partitions[0]!;
    expect(messages).toMatchObject([{ offset: "10", records: [{ offset: 6 }] }]);
  });

  test("whose records are not as long as they say is an error", async () => {
    const set = recordSet([{ first: 0, records: [{ value: Buffer.from("abc") }, { value: Buffer.from("def") }] }]);
    for (let at = 61; at < set.length; at++) {
      const damaged = Buffer.from(set);
      damaged[at] = 0xff;
      const read = readFetchAnswer(answer(11, damaged), 11);
      // A byte of a value may be any; whatever else is changed shows, or is told to be short of bytes.
      await read.then(
        ({ responses }) => expect(responses[0]!.partitions[0]!.messages).toHaveLength(1),
        (error: unknown) => expect(error).toBeInstanceOf(RangeError),
      );
    }
  });
});
