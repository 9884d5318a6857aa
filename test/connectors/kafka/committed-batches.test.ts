import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AbortedTransaction,
  committedBatches,
} from "../../../packages/connectors/src/kafka/fetch/committed-batches.ts";
import { readBatches, type RecordBatch } from "../../../packages/connectors/src/kafka/fetch/record-batches.ts";
import { recordSet } from "./record-set.ts";

interface Step {
  readonly producer: number;
  readonly act: "send" | "commit" | "abort";
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    producer: fc.nat(3),
    act: fc.oneof(
      { weight: 4, arbitrary: fc.constant("send" as const) },
      fc.constantFrom("commit" as const, "abort" as const),
    ),
  }),
  { maxLength: 40 },
);

/** A log, what a reader of it must see, and the aborted transactions in the order in which the broker lists them. */
function play(list: readonly Step[]) {
  const messages: RecordBatch[] = [];
  const aborted: (AbortedTransaction & { readonly last: number })[] = [];
  const open = new Map<number, number[]>();
  const hidden = new Set<number>();
  for (const { producer, act } of list) {
    const offset = messages.length;
    const sent = open.get(producer) ?? [];
    if (act !== "send" && sent.length === 0) continue;
    const isControl = act !== "send";
    // Some messages have the key that markers of aborts have.
    const key = isControl ? Buffer.of(0, 0, 0, act === "abort" ? 0 : 1) : offset % 3 === 0 ? Buffer.alloc(4) : null;
    const set = recordSet([
      { first: offset, producerId: producer, isTransactional: true, isControl, records: [{ key }] },
    ]);
    messages.push(...readBatches(set));
    if (act === "send") open.set(producer, [...sent, offset]);
    else {
      open.delete(producer);
      if (act === "abort") {
        for (const each of sent) hidden.add(each);
        aborted.push({ producerId: producer, firstOffset: sent[0]!, last: offset });
      }
    }
  }
  // A reader of committed records gets no further than the first transaction that is open.
  const end = Math.min(messages.length, ...[...open.values()].map(([first]) => first ?? Infinity));
  return { messages: messages.slice(0, end), aborted, hidden };
}

test("a reader sees no message of an aborted transaction and every other one, wherever it begins", () => {
  fc.assert(
    fc.property(steps, fc.nat(40), (list, from) => {
      const { messages, aborted, hidden } = play(list);
      const fetched = messages.slice(from);
      const wanted = fetched.filter(({ first, isControl }) => !isControl && !hidden.has(first));
      const seen = committedBatches(
        fetched,
        aborted.filter(({ last }) => last >= from),
      );
      expect(seen.map(({ first }) => first)).toEqual(wanted.map(({ first }) => first));
    }),
    { numRuns: 1000 },
  );
});
