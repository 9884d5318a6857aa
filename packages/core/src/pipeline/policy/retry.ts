import type { Host } from "../contracts/host.ts";
import { fullJitter } from "./backoff.ts";
import { sleep } from "./sleep.ts";

export interface RetrySettings {
  readonly retries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Makes a call up to 1 + `retries` times while it throws what `isRetriable` accepts; throws what the last one threw. */
export async function retry<T>(
  host: Host,
  settings: RetrySettings,
  call: () => Promise<T>,
  isRetriable: (error: unknown) => boolean,
  onRetry: (attempt: number, delayMs: number, error: unknown) => void = () => {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt > settings.retries || !isRetriable(error)) throw error;
      const delayMs = fullJitter(attempt, settings.firstDelayMs, settings.maxDelayMs, host.random);
      onRetry(attempt, delayMs, error);
      await sleep(host.clock, delayMs);
    }
  }
}
