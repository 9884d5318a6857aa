import type { LogRecord, Source, SourceBatch } from "@weir/core";

/** A source of what a test pushes. */
export class PushedSource implements Source {
  readonly name = "pushed";
  readonly #records: LogRecord[] = [];
  #next = 0;
  acknowledged = 0;

  push(event: Readonly<Record<string, unknown>>): void {
    const offset = this.#records.length;
    const value = Buffer.from(JSON.stringify(event));
    this.#records.push({ offset, timestamp: Date.now(), key: null, value, headers: {} });
  }

  async open(position: number | null): Promise<void> {
    this.#next = position ?? 0;
    return Promise.resolve();
  }

  async poll(maxRecords: number): Promise<SourceBatch> {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
    const records = this.#records.slice(this.#next, this.#next + maxRecords);
    if (records.length === 0) return { kind: "idle" };
    this.#next += records.length;
    return { kind: "records", records, next: this.#next };
  }

  async acknowledge(position: number): Promise<void> {
    this.acknowledged = position;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}
