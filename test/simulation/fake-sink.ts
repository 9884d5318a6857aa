import { type Refused, type Sink, type SinkBatch, SinkError } from "@weir/core";
import { type Link, NoReplyError } from "./network.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Tally } from "./tally.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A database table with the alert id as its key: what is there already stays as it is. */
export class FakeTable {
  readonly rows = new Map<string, string>();
  delayMs = 0;
  readonly #time: VirtualTime;
  readonly #tally: Tally;

  constructor(time: VirtualTime, tally: Tally) {
    this.#time = time;
    this.#tally = tally;
  }

  async write(batch: SinkBatch): Promise<void> {
    if (this.delayMs > 0) {
      this.#tally.fired("slow sink");
      await this.#time.sleep(this.delayMs);
    }
    for (const { id, json } of batch.alerts) {
      if (this.rows.has(id)) this.#tally.fired("alert written to a sink again");
      else this.rows.set(id, json);
    }
  }
}

/** The client of one process to a `FakeTable`. */
export class FakeSink implements Sink {
  readonly name = "table";
  readonly batchSize = 20;
  readonly #table: FakeTable;
  readonly #link: Link;
  readonly #process: SimProcess;

  constructor(table: FakeTable, link: Link, process: SimProcess) {
    this.#table = table;
    this.#link = link;
    this.#process = process;
  }

  async write(batch: SinkBatch): Promise<readonly Refused[]> {
    try {
      await this.#link.call(this.#process, "write", () => this.#table.write(batch));
      return [];
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error;
      throw new SinkError(error.message, { retriable: true, cause: error });
    }
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}
