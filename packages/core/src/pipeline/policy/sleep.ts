import type { HostClock } from "../contracts/host.ts";

/** Resolves after `ms` on the host's clock. */
export function sleep(clock: HostClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve);
  });
}
