/** Thrown where too many calls wait already. */
export class BulkheadFullError extends Error {
  override readonly name = "BulkheadFullError";
}

/** Lets `concurrency` calls run at a time and `waiting` more wait for their turn, in order; one more is refused. */
export class Bulkhead {
  readonly #dependency: string;
  readonly #concurrency: number;
  readonly #waiting: number;
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(dependency: string, concurrency: number, waiting: number) {
    this.#dependency = dependency;
    this.#concurrency = concurrency;
    this.#waiting = waiting;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#concurrency) {
      if (this.#queue.length >= this.#waiting) {
        throw new BulkheadFullError(`${this.#waiting} calls to \`${this.#dependency}\` wait already`);
      }
      // Whoever ends hands its place over, so that no call that comes later takes it first.
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
      });
    } else this.#running++;
    try {
      return await call();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
