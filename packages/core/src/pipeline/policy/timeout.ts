import type { HostClock } from "../contracts/host.ts";

/** Thrown where a call did not answer in time: it may still happen. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** The result of a call, or `TimeoutError` after `timeoutMs`; what the call does later is ignored. */
export async function withTimeout<T>(
  clock: HostClock,
  timeoutMs: number,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.schedule(timeoutMs, () => {
      reject(new TimeoutError(`${what} did not answer within ${timeoutMs} ms`));
    });
  });
  try {
    return await Promise.race([call(), late]);
  } finally {
    cancel();
  }
}
