/** So many calls a second, with a burst of one second's worth. Times in milliseconds of one clock. */
export class RateLimit {
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#tokens = Math.max(1, perSecond);
    this.#at = now;
  }

  /** Takes a turn; answers how long to wait for it. */
  take(now: number): number {
    const most = Math.max(1, this.#perSecond);
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#at) * this.#perSecond) / 1000);
    this.#at = now;
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens * 1000) / this.#perSecond;
  }
}
