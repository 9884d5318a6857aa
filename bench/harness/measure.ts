/** CPU time of a run in nanoseconds: what other programs of the machine do counts less than with the time that passes. */
export function cpuNanos(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

export async function cpuNanosAsync(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/** As `cpuNanos`, of the thread that runs alone, without those that collect and compile; of the process where Node.js does not tell. */
export function threadNanos(run: () => void): number {
  if (typeof process.threadCpuUsage !== "function") return cpuNanos(run);
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) * 1000;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Bytes in use after a full collection; needs `--expose-gc`, else what is in use now. */
export function bytesInUse(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Runs candidates in turn, several times, so that a slow moment of the machine meets all of them; the median nanoseconds of each.
 * The first round warms up and does not count.
 */
export function inTurn(rounds: number, candidates: Readonly<Record<string, () => void>>): Record<string, number> {
  const nanos: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(candidates)) {
      globalThis.gc?.();
      const taken = cpuNanos(run);
      if (round > 0) (nanos[name] ??= []).push(taken);
    }
  }
  return Object.fromEntries(Object.entries(nanos).map(([name, values]) => [name, median(values)]));
}
