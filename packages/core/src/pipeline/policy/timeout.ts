import type { HostClock } from "../contracts/host.ts";

/** Thrown where a call did not answer in time: it may still happen. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** The result of a call, or `TimeoutError` after `timeoutMs`; what the call does later is ignored. */
export function withTimeout<T>(clock: HostClock, timeoutMs: number, what: string, call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(timeoutMs, () => {
      reject(new TimeoutError(`${what} did not answer within ${timeoutMs} ms`));
    });
    call().then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error as Error);
      },
    );
  });
}
