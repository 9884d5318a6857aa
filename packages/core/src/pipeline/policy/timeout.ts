import type { HostClock } from "../contracts/host.ts";

/** Thrown where a call did not answer in time: it may still happen. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/**
 * The result of a call, or `TimeoutError` after `timeoutMs`. What the call gives later goes to `discard`: a connection that nobody waits
 * for any more has to be closed.
 */
export async function withTimeout<T>(
  clock: HostClock,
  timeoutMs: number,
  what: string,
  call: () => Promise<T>,
  discard: (late: T) => void = () => {},
): Promise<T> {
  let isLate = false;
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.schedule(timeoutMs, () => {
      isLate = true;
      reject(new TimeoutError(`${what} did not answer within ${timeoutMs} ms`));
    });
  });
  const made = async (): Promise<T> => {
    const value = await call();
    if (isLate) discard(value);
    return value;
  };
  try {
    return await Promise.race([made(), late]);
  } finally {
    cancel();
  }
}
