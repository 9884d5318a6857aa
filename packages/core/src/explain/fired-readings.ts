import type { FiredReading } from "./rule-log.ts";

const capacity = 10_000;

/** What the newest alerts were fired with, by their ids. State: at most 10,000. */
export class FiredReadings {
  readonly #byId = new Map<string, FiredReading>();
  readonly #ids: string[] = [];
  #next = 0;

  add(id: string, fired: FiredReading): void {
    const oldest = this.#ids[this.#next];
    if (oldest !== undefined) this.#byId.delete(oldest);
    this.#ids[this.#next] = id;
    this.#next = (this.#next + 1) % capacity;
    this.#byId.set(id, fired);
  }

  get(id: string): FiredReading | null {
    return this.#byId.get(id) ?? null;
  }
}
