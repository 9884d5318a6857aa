import type { LogError, LogHappening } from "@weir/core";

/** Something for `poll`: what happened, or what went wrong. */
export interface QueueItem {
  readonly happening?: LogHappening;
  readonly error?: LogError;
  /** A partition of which records wait. */
  readonly partition?: string;
}

/**
 * What waits to be polled.
 *
 * Bounded by its users: a partition is here once at most, everything else is rare, and of the same rare thing one is enough.
 */
export class HappeningQueue {
  readonly #items: QueueItem[] = [];
  readonly #sleepers = new Set<() => void>();
  #closed = false;

  push(item: QueueItem): void {
    if (this.#closed) return;
    const newest = this.#items.at(-1);
    const repeats =
      newest !== undefined &&
      item.partition === undefined &&
      newest.partition === undefined &&
      item.happening?.kind === newest.happening?.kind &&
      item.error?.code === newest.error?.code;
    if (repeats) this.#items.pop();
    this.#items.push(item);
    this.wake();
  }

  /** The oldest item, `null` where none came in `timeoutMs`. */
  async next(timeoutMs: number): Promise<QueueItem | null> {
    if (this.#items.length === 0 && !this.#closed && timeoutMs > 0) {
      const deadline = performance.now() + timeoutMs;
      while (this.#items.length === 0 && !this.#closed && performance.now() < deadline) {
        await this.#sleep(deadline - performance.now());
      }
    }
    const item = this.#items.shift() ?? null;
    return item;
  }

  /** Waits until `done`, which is looked at after each change, and calls `beat` every `beatMs` meanwhile. */
  async waitUntil(done: () => boolean, beatMs: number, beat: () => Promise<void>): Promise<void> {
    while (!done()) {
      const begun = performance.now();
      while (!done() && performance.now() - begun < beatMs) await this.#sleep(beatMs);
      if (!done()) await beat();
    }
  }

  /** Lets everybody who waits here look again. */
  wake(): void {
    const sleepers = [...this.#sleepers];
    this.#sleepers.clear();
    for (const wake of sleepers) wake();
  }

  close(): void {
    this.#closed = true;
    this.#items.length = 0;
    this.wake();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, ms));
      this.#sleepers.add(wake);
    });
  }
}
