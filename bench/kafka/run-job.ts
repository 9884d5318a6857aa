import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import type { Job, Taken, Told } from "./measured.ts";
import type { Servers } from "./servers.ts";
import type { FormatName } from "./workload.ts";

/** A job with what is the same for most. */
export function jobOn(
  { kafka, registry, redis, schemaId }: Servers,
  topic: string,
  format: FormatName,
  given: Pick<Job, "kind" | "events"> & Partial<Job>,
): Job {
  return {
    broker: kafka,
    registry,
    redis,
    schemaId,
    topic,
    format,
    group: `bench-${randomUUID()}`,
    prefix: `bench-${randomUUID()}`,
    warm: Math.floor((given.events ?? 0) / 4),
    delivery: "at-least-once",
    state: "memory",
    settings: {},
    waits: false,
    ...given,
  };
}

/** Runs a job in a process of its own, until it is done. */
export async function runJob(job: Job): Promise<Taken> {
  const taken = await startJob(job).ended;
  if (taken === null) throw new Error("the measured process was ended");
  return taken;
}

export interface RunningJob {
  /** Resolves when a pipeline has this many partitions. */
  readonly assigned: (partitions: number) => Promise<void>;
  /** Lets a job begin that waits. */
  readonly go: () => void;
  readonly end: () => void;
  /** `null` where it was told to end. */
  readonly ended: Promise<Taken | null>;
}

export function startJob(job: Job): RunningJob {
  const child = spawn(process.execPath, [join(import.meta.dirname, "process.ts"), JSON.stringify(job)]);
  const assigned = new Map<number, PromiseWithResolvers<void>>();
  const assignment = (partitions: number): PromiseWithResolvers<void> => {
    const known = assigned.get(partitions) ?? Promise.withResolvers<void>();
    assigned.set(partitions, known);
    return known;
  };
  const read = async (): Promise<Taken | null> => {
    let taken: Taken | null = null;
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line) as Told;
      if (told.kind === "assigned") assignment(told.partitions).resolve();
      else ({ taken } = told);
    }
    return taken;
  };
  const ended = Promise.all([read(), text(child.stderr)]).then(([taken, complaints]) => {
    if (taken === null && !child.killed) throw new Error(`the measured process told nothing: ${complaints}`);
    return taken;
  });
  const over = (): Promise<void> =>
    ended.then(() => {
      throw new Error("the measured process ended before it had its partitions");
    });
  return {
    assigned: (partitions) => Promise.race([assignment(partitions).promise, over()]),
    go: () => void child.stdin.end("go"),
    end: () => void child.kill(),
    ended,
  };
}
