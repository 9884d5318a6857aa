import type { Random } from "../contracts/host.ts";

/**
 * How long to wait before the n-th retry (n from 1): anything up to the exponential bound, so that callers that failed together do not
 * come back together.
 *
 * Source  Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
 */
export function fullJitter(attempt: number, firstDelayMs: number, maxDelayMs: number, random: Random): number {
  const bound = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 52));
  return Math.floor(random() * (bound + 1));
}
