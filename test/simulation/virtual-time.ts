interface Timer {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
  cancelled: boolean;
}

/**
 * Time that passes only when told to, in the order of what is due; what is due at one instant happens in the order it was asked for.
 * Between two timers everything that promises have made ready runs, so that a run depends on nothing outside.
 */
export class VirtualTime {
  readonly startAt = Date.UTC(2026, 0, 1);
  #now: number = this.startAt;
  #order = 0;
  readonly #heap: Timer[] = [];

  now(): number {
    return this.#now;
  }

  /** How many timers are still to come. */
  get waiting(): number {
    return this.#heap.filter(({ cancelled }) => !cancelled).length;
  }

  schedule(delayMs: number, act: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, act, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(ms, resolve);
    });
  }

  /** Runs until `isDone`, or until nothing is due before `until`. Gives the number of steps. */
  async run(until: number, isDone: () => boolean): Promise<number> {
    let steps = 0;
    await settle();
    while (!isDone()) {
      const timer = this.#heap[0];
      if (timer === undefined || timer.at > until) break;
      this.#pop();
      if (timer.cancelled) continue;
      this.#now = timer.at;
      timer.act();
      steps++;
      await settle();
    }
    return steps;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when no promise has anything left to run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
