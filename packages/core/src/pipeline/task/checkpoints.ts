/** What decides how often state is written. */
export interface CheckpointOptions {
  /** State is written with every n-th commit at least. */
  readonly every: number;
  /** Under load, state is at most this much older than the outputs; 0: it is not older for load. */
  readonly maxMs: number;
}

/** A checkpoint of fewer keys may be followed by one of twice as many commits, one of twice as many keys by one of half as many. */
const fewKeys = 32_000;
const mostCommits = 1024;

/**
 * Decides which commits write state. Under load, when more events wait than a commit takes, those of several commits write it together,
 * so that a key that changes in each of them is written once. There are more of them the longer this goes well, within the bounds.
 *
 * What was not written is made again by a replay: in exactly-once delivery from the log, with outputs held back, and at least once
 * simply again.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  #commits = 0;
  #limit = 1;
  #owes = false;
  #lastAt = -Infinity;

  constructor(options: CheckpointOptions) {
    this.#options = options;
  }

  /** Whether a commit happened whose state is not written. */
  get isBehind(): boolean {
    return this.#commits > 0;
  }

  /** Whether state waits for a next commit that it would not wait for without load. */
  get owes(): boolean {
    return this.#owes;
  }

  /** Whether the commit that is made now leaves state out; `busy`: there is more to do than it takes. */
  skips(busy: boolean, now: number): boolean {
    const { every, maxMs } = this.#options;
    const commits = this.#commits + 1;
    if (commits < every) return true;
    return busy && commits < this.#limit && now - this.#lastAt < maxMs;
  }

  /** A commit happened without state. */
  skipped(): void {
    this.#commits++;
    this.#owes = this.#commits >= this.#options.every;
  }

  /** A commit happened that wrote the state of so many keys. */
  made(keys: number, now: number): void {
    if (keys <= fewKeys) this.#limit = Math.min(2 * this.#limit, mostCommits);
    else if (keys > 2 * fewKeys) this.#limit = Math.max(1, this.#limit / 2);
    this.#commits = 0;
    this.#owes = false;
    this.#lastAt = now;
  }
}
