import type { Host } from "@weir/core";

/** The clock and the randomness of this machine, for pipelines. */
export function createNodeHost(): Host {
  return {
    clock: {
      now: () => Date.now(),
      elapsed: () => performance.now(),
      schedule(delayMs, act) {
        if (delayMs <= 0) {
          const soon = setImmediate(act);
          return () => clearImmediate(soon);
        }
        const timer = setTimeout(act, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
  };
}
