import type { HostClock } from "../contracts/host.ts";
import type { BreakerState } from "../contracts/observer.ts";

/** Thrown instead of making a call while the breaker is open. */
export class BreakerOpenError extends Error {
  override readonly name = "BreakerOpenError";
  /** When a call is let through again, epoch ms. */
  readonly until: number;

  constructor(dependency: string, until: number) {
    super(`\`${dependency}\` failed too often; it is tried again later`);
    this.until = until;
  }
}

export interface BreakerSettings {
  readonly breakerFailures: number;
  readonly openMs: number;
}

/**
 * Spares a dependency that is down, and its callers the wait.
 *
 *   closed     calls go through; `breakerFailures` failures in a row open it
 *   open       calls fail at once, for `openMs`
 *   half-open  one call goes through: it closes the breaker, or opens it for as long again
 */
export class CircuitBreaker {
  readonly #dependency: string;
  readonly #settings: BreakerSettings;
  readonly #clock: HostClock;
  readonly #onChange: (state: BreakerState) => void;
  #state: BreakerState = "closed";
  #failures = 0;
  #until = -Infinity;
  #trying = false;

  constructor(
    dependency: string,
    settings: BreakerSettings,
    clock: HostClock,
    onChange: (state: BreakerState) => void = () => {},
  ) {
    this.#dependency = dependency;
    this.#settings = settings;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Makes the call, or throws `BreakerOpenError`. `isFailure` tells errors of the dependency from answers that are errors. */
  async run<T>(call: () => Promise<T>, isFailure: (error: unknown) => boolean): Promise<T> {
    if (this.#state === "open" && this.#clock.now() >= this.#until) this.#become("half-open");
    if (this.#state === "open" || (this.#state === "half-open" && this.#trying)) {
      throw new BreakerOpenError(this.#dependency, this.#until);
    }
    const trial = this.#state === "half-open";
    if (trial) this.#trying = true;
    try {
      const value = await call();
      this.#succeeded();
      return value;
    } catch (error) {
      if (isFailure(error)) this.#failed();
      else this.#succeeded();
      throw error;
    } finally {
      if (trial) this.#trying = false;
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    // A call made before the breaker opened proves nothing about now.
    if (this.#state === "half-open") this.#become("closed");
  }

  #failed(): void {
    this.#failures++;
    if (this.#state === "half-open" || (this.#state === "closed" && this.#failures >= this.#settings.breakerFailures)) {
      this.#until = this.#clock.now() + this.#settings.openMs;
      this.#become("open");
    }
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
