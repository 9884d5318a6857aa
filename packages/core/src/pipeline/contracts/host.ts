/** The host's clock. Core reads no other one, so a test can run days of retries in a moment. */
export interface HostClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds with fractions, since any moment, for how long things took. Not given: `now`. */
  elapsed?(): number;
  /** Runs `act` once after `delayMs`; the result cancels it. With 0 it runs as soon as waiting I/O had its turn (`setImmediate`). */
  schedule(delayMs: number, act: () => void): () => void;
}

/** A number from 0 to below 1, each time another. */
export type Random = () => number;

/** What a pipeline needs of the machine it runs on. */
export interface Host {
  readonly clock: HostClock;
  readonly random: Random;
}
