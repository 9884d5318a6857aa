import type { Host } from "@weir/core";

/** A host whose time passes when a test says so. */
export class VirtualHost implements Host {
  #now = 0;
  readonly #timers: { readonly at: number; readonly act: () => void }[] = [];
  readonly clock = {
    now: (): number => this.#now,
    schedule: (delayMs: number, act: () => void): (() => void) => {
      const timer = { at: this.#now + delayMs, act };
      this.#timers.push(timer);
      return () => {
        const place = this.#timers.indexOf(timer);
        if (place !== -1) this.#timers.splice(place, 1);
      };
    },
  };
  readonly random: () => number;

  constructor(random: () => number = () => 0.999_999) {
    this.random = random;
  }

  /** Lets everything due within `ms` happen, in order, and what follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.at);
      next.act();
    }
    this.#now = until;
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
