/** How calls to one dependency are guarded. */
export interface PolicySettings {
  /** Calls after the first one that failed. */
  readonly retries: number;
  /** The wait before the n-th retry is a random part ("full jitter") of firstDelayMs · 2^(n − 1), and at most maxDelayMs. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A call that takes longer counts as failed. */
  readonly timeoutMs: number;
  /** This many failures in a row open the circuit breaker: calls fail at once for `openMs`, then one is let through to try. */
  readonly breakerFailures: number;
  readonly openMs: number;
  /** Most calls at a time, and most that wait for their turn; one more fails at once. */
  readonly concurrency: number;
  readonly waiting: number;
}

/** What a dependency gets where nothing else is said. */
export const defaultPolicies: Readonly<Record<"kafka" | "redis" | "postgres" | "webhook", PolicySettings>> = {
  kafka: {
    retries: 3,
    firstDelayMs: 1000,
    maxDelayMs: 4000,
    timeoutMs: 30_000,
    breakerFailures: 5,
    openMs: 60_000,
    concurrency: 64,
    waiting: 1000,
  },
  redis: {
    retries: 2,
    firstDelayMs: 500,
    maxDelayMs: 5000,
    timeoutMs: 5000,
    breakerFailures: 3,
    openMs: 30_000,
    concurrency: 64,
    waiting: 1000,
  },
  postgres: {
    retries: 3,
    firstDelayMs: 1000,
    maxDelayMs: 4000,
    timeoutMs: 10_000,
    breakerFailures: 5,
    openMs: 60_000,
    concurrency: 8,
    waiting: 1000,
  },
  webhook: {
    retries: 8,
    firstDelayMs: 1000,
    maxDelayMs: 60_000,
    timeoutMs: 10_000,
    breakerFailures: 5,
    openMs: 60_000,
    concurrency: 8,
    waiting: 1000,
  },
};
