import type { HostClock } from "../contracts/host.ts";

/** The time between two looks, so that they take a small part of it, and between the end of a round and the next. */
const pieceMs = 100;
const roundMs = 60_000;

/** When the store is looked through, a piece at a time, for keys that left memory and never came back. */
export class ColdSweep {
  /** Where the next piece begins. */
  cursor = "";
  readonly #clock: HostClock;
  #dueAt: number;

  constructor(clock: HostClock) {
    this.#clock = clock;
    this.#dueAt = clock.now() + pieceMs;
  }

  get isDue(): boolean {
    return this.#clock.now() >= this.#dueAt;
  }

  /** A piece was looked through; `null`: it was the last of a round. */
  looked(next: string | null): void {
    this.cursor = next ?? "";
    this.#dueAt = this.#clock.now() + (next === null ? roundMs : pieceMs);
  }
}
