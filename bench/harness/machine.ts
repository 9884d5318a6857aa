import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** Where and under what load figures were taken. */
export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Programs that wanted a core in the minute before the run; `null` where the system does not tell. */
  readonly loadAtStart: number | null;
}

export function thisMachine(): Machine {
  const [lastMinute = 0] = loadavg();
  return {
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadAtStart: process.platform === "win32" ? null : Math.round(100 * lastMinute) / 100,
  };
}

export function machineText({ node, system, processor, cores, memoryGb, loadAtStart }: Machine): string {
  const load = loadAtStart === null ? "" : `, load ${loadAtStart} at the start`;
  return `Node.js ${node.slice(1)} on ${system}, ${cores} core${cores === 1 ? "" : "s"} of ${processor}, ${memoryGb} GB${load}`;
}
