import type { HostClock } from "../contracts/host.ts";

/** Whether `work` is done within `ms`; where it is, nothing is left that would keep the process. Rejects as `work` does. */
export async function isDoneWithin(clock: HostClock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.schedule(ms, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
