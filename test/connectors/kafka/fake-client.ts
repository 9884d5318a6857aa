import type { Consumer, ConsumerRunConfig, EachBatchPayload, Kafka } from "kafkajs";
import type { LogRecord } from "@weir/core";

export interface FakePartition {
  /** What is in the log, by offset; what is missing was compacted away or is hidden from readers. */
  readonly records: readonly LogRecord[];
  readonly start: number;
  readonly end: number;
  /** Records of one fetch. */
  readonly fetchRecords: number;
}

/**
 * As much of kafkajs as a consumer of one partition needs, with a will of its own: `disturb` may say that a fetch begins somewhere
 * else than it should.
 */
export class FakeClient {
  readonly topic = "t";
  readonly #partition: FakePartition;
  readonly #disturb: (fetch: number, position: number) => number;
  #position = 0;
  #sought = false;
  #paused = false;
  #running = false;
  /** Fetches that began where they should not have. */
  disturbed = 0;
  fetches = 0;

  constructor(partition: FakePartition, disturb: (fetch: number, position: number) => number) {
    this.#partition = partition;
    this.#disturb = disturb;
  }

  get kafka(): Kafka {
    const joins: ((event: { readonly payload: { readonly memberAssignment: object } }) => void)[] = [];
    const consumer = {
      events: { GROUP_JOIN: "join", REBALANCING: "rebalancing", CRASH: "crash" },
      on: (name: string, listener: (typeof joins)[number]) => name === "join" && joins.push(listener),
      connect: () => Promise.resolve(),
      subscribe: () => Promise.resolve(),
      run: ({ eachBatch }: ConsumerRunConfig) => {
        this.#running = true;
        for (const join of joins) join({ payload: { memberAssignment: { [this.topic]: [0] } } });
        void this.#fetchAll(eachBatch!);
        return Promise.resolve();
      },
      seek: ({ offset }: { readonly offset: string }) => {
        this.#position = Number(offset);
        this.#sought = true;
      },
      pause: () => (this.#paused = true),
      resume: () => (this.#paused = false),
      paused: () => [],
      stop: () => Promise.resolve((this.#running = false)),
      disconnect: () => Promise.resolve(),
    };
    return { consumer: () => consumer as unknown as Consumer } as unknown as Kafka;
  }

  async #fetchAll(eachBatch: (payload: EachBatchPayload) => Promise<void>): Promise<void> {
    const { records, start, end, fetchRecords } = this.#partition;
    while (this.#running) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.#paused) continue;
      this.#sought = false;
      const asked = this.#position < start ? start : this.#position;
      const from = this.#disturb(this.fetches++, asked);
      if (from !== asked) this.disturbed++;
      if (from >= end) continue;
      const last = Math.min(end, from + fetchRecords) - 1;
      const found = records.filter(({ offset }) => offset >= from && offset <= last);
      const batch = {
        topic: this.topic,
        partition: 0,
        highWatermark: String(end),
        fetchedOffset: String(from),
        messages: [{ offset: String(last), records: found, logStart: start }],
      };
      await eachBatch({
        batch,
        resolveOffset: (offset: string) => {
          if (!this.#sought) this.#position = Number(offset) + 1;
        },
        heartbeat: () => Promise.resolve(),
        isStale: () => this.#sought,
        isRunning: () => this.#running,
      } as unknown as EachBatchPayload);
      // As kafkajs does where it finds nothing to show: it goes on, whatever became of the batch.
      if (from !== asked && !this.#sought) this.#position = last + 1;
    }
  }
}
