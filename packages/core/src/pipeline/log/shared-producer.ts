import type { Log, LogProducer } from "../contracts/log.ts";

/** A producer that is made when it is first needed, and then is the same for all. */
export class SharedProducer {
  readonly #log: Log;
  #producer: Promise<LogProducer> | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  get(): Promise<LogProducer> {
    this.#producer ??= this.#log.producer().catch((error: unknown) => {
      this.#producer = null;
      throw error;
    });
    return this.#producer;
  }

  /** Never throws. */
  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => null);
    await producer?.close();
  }
}
