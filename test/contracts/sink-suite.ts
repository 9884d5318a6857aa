import type { Sink, SinkAlert, SinkBatch, TopicPartition } from "@weir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** A place to write to for one test, and a look at what arrived. */
export interface SinkBench {
  /** The client of another process. */
  open(): Promise<Sink>;
  /** What the receiver has: ids, each as often as it has it, with the JSON it was given. */
  contents(): Promise<readonly { readonly id: string; readonly json: unknown }[]>;
  /** Lets time pass while waiting for `work`, where time is not real. */
  wait<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface SinkSuiteOptions {
  /** Whether an alert written again leaves no second copy: of tables, not of webhooks, where the receiver tells by the id. */
  readonly storesOnce: boolean;
  /** Whether it stores its position with the alerts. */
  readonly storesPosition: boolean;
}

const source = { topic: "alerts", partition: 0 };

/** What every `Sink` must do: call it in a test file with a way to make a bench. */
export function sinkSuite(
  name: string,
  create: () => Promise<SinkBench>,
  { storesOnce, storesPosition }: SinkSuiteOptions,
): void {
  describe(`${name} as a sink`, () => {
    let bench: SinkBench;
    let sink: Sink;

    beforeEach(async () => {
      bench = await create();
      sink = await bench.open();
    });

    afterEach(async () => {
      await bench.wait(sink.close());
      await bench.close();
    });

    test("what is written arrives, all of it, with the JSON as it was", async () => {
      const alerts = [alert(1), alert(2, { message: "quoted \" and 'quoted', é😀", data: { deep: [1, { a: null }] } })];
      expect(await write(batch(alerts))).toEqual([]);
      const found = await bench.contents();
      expect(found.map(({ id }) => id).toSorted()).toEqual(alerts.map(({ id }) => id).toSorted());
      for (const { id, json } of alerts) {
        expect(found.find((row) => row.id === id)?.json).toEqual(JSON.parse(json));
      }
    });

    test("an empty batch is written", async () => {
      expect(await write(batch([]))).toEqual([]);
      expect(await bench.contents()).toEqual([]);
    });

    test("an alert that comes again, in another batch and from another process, is one alert", async () => {
      await write(batch([alert(1), alert(2)]));
      const other = await bench.open();
      await bench.wait(other.write(batch([alert(2), alert(3)], 3)));
      await bench.wait(other.close());
      const ids = (await bench.contents()).map(({ id }) => id);
      expect([...new Set(ids)].toSorted()).toEqual([idOf(1), idOf(2), idOf(3)]);
      if (storesOnce) expect(ids).toHaveLength(3);
    });

    test("an alert twice in one batch is one alert", async () => {
      await write(batch([alert(1), alert(1)]));
      const ids = (await bench.contents()).map(({ id }) => id);
      expect(new Set(ids)).toEqual(new Set([idOf(1)]));
      if (storesOnce) expect(ids).toHaveLength(1);
    });

    test("a batch as large as the sink asks for is written", async () => {
      const size = sink.batchSize ?? 500;
      await write(batch(Array.from({ length: size }, (_, i) => alert(i))));
      expect(new Set((await bench.contents()).map(({ id }) => id)).size).toBe(size);
    });

    test("alerts that come straight from an engine are written too", async () => {
      expect(await write({ ...batch([alert(1)]), source: null })).toEqual([]);
      expect((await bench.contents()).map(({ id }) => id)).toEqual([idOf(1)]);
    });

    if (storesPosition) {
      test("the position of a source is the one of its last batch", async () => {
        const other = { topic: "alerts", partition: 1 };
        const position = (of: TopicPartition): Promise<number | null> =>
          bench.wait(sink.position?.(of) ?? Promise.reject(new Error("it has none")));
        expect(await position(source)).toBeNull();
        await write(batch([alert(1)], 7));
        await write(batch([], 9));
        await write({ ...batch([alert(2)], 3), source: other });
        expect(await position(source)).toBe(9);
        expect(await position(other)).toBe(3);
      });
    }

    async function write(given: SinkBatch): Promise<readonly { readonly index: number }[]> {
      return bench.wait(sink.write(given));
    }
  });
}

function batch(alerts: readonly SinkAlert[], next = alerts.length): SinkBatch {
  return { source, next, alerts };
}

function idOf(n: number): string {
  return n.toString(16).padStart(32, "0");
}

function alert(n: number, more: Readonly<Record<string, unknown>> = {}): SinkAlert {
  const fields = { severity: "HIGH", status: "firing", at: 1_767_225_600_000 + n, key: { user: `u${n}` } };
  const json = JSON.stringify({ id: idOf(n), rule: "large", ...fields, message: "m", data: {}, ...more });
  return { id: idOf(n), json, headers: { "correlation-id": `c${n}` } };
}
