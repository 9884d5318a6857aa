import type { Host } from "../contracts/host.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import type { DependencyStatus } from "../contracts/pipeline.ts";
import { Bulkhead } from "./bulkhead.ts";
import { BreakerOpenError, CircuitBreaker } from "./circuit-breaker.ts";
import { retry } from "./retry.ts";
import type { PolicySettings } from "./settings.ts";
import { TimeoutError, withTimeout } from "./timeout.ts";

export interface PolicyOptions {
  /** The dependency, as metrics and messages name it. */
  readonly name: string;
  readonly settings: PolicySettings;
  readonly host: Host;
  /** Whether the dependency did not do its part: such errors open the breaker. Others are answers. */
  readonly isFailure: (error: unknown) => boolean;
  /** Of the failures: whether the same call may be made again. */
  readonly isRetriable: (error: unknown) => boolean;
  readonly observer?: PipelineObserver | undefined;
}

/**
 * Guards the calls to one dependency: bulkhead around retries around the circuit breaker around a timeout.
 *
 * Errors  what the call throws; `TimeoutError` (retriable too); `BreakerOpenError` and `BulkheadFullError`, without a call.
 */
export class Policy {
  readonly #options: PolicyOptions;
  readonly #breaker: CircuitBreaker;
  readonly #bulkhead: Bulkhead;
  #failing = false;
  #lastError: string | null = null;

  constructor(options: PolicyOptions) {
    const { name, settings, host, observer } = options;
    this.#options = options;
    this.#bulkhead = new Bulkhead(name, settings.concurrency, settings.waiting);
    this.#breaker = new CircuitBreaker(name, settings, host.clock, (state) => {
      observer?.({ kind: "breaker", dependency: name, state });
    });
  }

  /**
   * Makes the call; `once` without retries, for calls that must not be repeated. `what` completes "… did not answer".
   * `discard` gets what a call gives after its time was over; `pieces` is how many times as long as others it may take.
   */
  async run<T>(
    what: string,
    call: () => Promise<T>,
    options: { readonly once?: boolean; readonly pieces?: number; readonly discard?: (late: T) => void } = {},
  ): Promise<T> {
    const { name, settings, host, observer } = this.#options;
    return this.#bulkhead.run(() =>
      retry(
        host,
        options.once === true ? { ...settings, retries: 0 } : settings,
        () => this.#attempt(what, call, settings.timeoutMs * (options.pieces ?? 1), options.discard),
        (error) => error instanceof TimeoutError || this.#options.isRetriable(error),
        (attempt, delayMs, error) => observer?.({ kind: "retry", dependency: name, attempt, delayMs, error }),
      ),
    );
  }

  status(): DependencyStatus {
    const breaker = this.#breaker.state;
    const health = breaker === "open" ? "down" : this.#failing || breaker === "half-open" ? "degraded" : "ok";
    return { name: this.#options.name, health, breaker, lastError: this.#lastError };
  }

  async #attempt<T>(what: string, call: () => Promise<T>, timeoutMs: number, discard?: (late: T) => void): Promise<T> {
    const { host } = this.#options;
    try {
      const value = await this.#breaker.run(
        () => withTimeout(host.clock, timeoutMs, what, call, discard),
        (error) => this.#isFailure(error),
      );
      this.#failing = false;
      return value;
    } catch (error) {
      if (!(error instanceof BreakerOpenError)) {
        this.#failing = this.#isFailure(error);
        this.#lastError = error instanceof Error ? error.message : String(error);
      }
      throw error;
    }
  }

  #isFailure(error: unknown): boolean {
    return error instanceof TimeoutError || this.#options.isFailure(error);
  }
}
