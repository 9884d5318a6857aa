import type { PipelineSettings } from "@weir/core";
import type { FormatName } from "./workload.ts";

/** What one process does that is measured, and nothing besides. */
export interface Job {
  readonly kind: "bare" | "engine" | "pipeline";
  readonly broker: string;
  readonly registry: string;
  readonly redis: string;
  readonly topic: string;
  readonly schemaId: number;
  readonly format: FormatName;
  /** The same for the processes of one pipeline. */
  readonly group: string;
  /** Where its state is; the same for the processes of one pipeline. */
  readonly prefix: string;
  /** After so many it ends; `null`: never. 0: as soon as it could take events. */
  readonly events: number | null;
  /** Of them, those that come first and only warm up. */
  readonly warm: number;
  readonly delivery: "exactly-once" | "at-least-once";
  readonly state: "memory" | "redis";
  readonly settings: Partial<PipelineSettings>;
  /** Whether it takes nothing before it is told to. */
  readonly waits: boolean;
}

/** What a process tells when it is done. */
export interface Taken {
  /** From the first event on. */
  readonly ms: number;
  readonly cpuMs: number;
  /** From the first event on that does not warm up. */
  readonly warmMs: number;
  readonly warmCpuMs: number;
  readonly events: number;
  readonly warmEvents: number;
  /** From the start of the pipeline until it could take events; 0 where there is none. */
  readonly startMs: number;
  readonly commits: number;
  readonly keysWritten: number;
}

/** A line that a process writes. */
export type Told =
  | { readonly kind: "assigned"; readonly partitions: number }
  | { readonly kind: "done"; readonly taken: Taken };

export function tell(told: Told): void {
  console.log(JSON.stringify(told));
}

/** Counts events, and the time and CPU time that this process took for them. */
export class Stopwatch {
  readonly #job: Job;
  #count = 0;
  #begun: Mark | null = null;
  #warm: { readonly mark: Mark; readonly count: number } | null = null;

  constructor(job: Job) {
    this.#job = job;
  }

  /** To be called before the first events. */
  begin(): void {
    this.#begun ??= now();
  }

  /** `count` more were taken. Answers whether these were all. */
  add(count: number): boolean {
    this.#count += count;
    if (this.#warm === null && this.#count >= this.#job.warm) this.#warm = { mark: now(), count: this.#count };
    return this.#count >= (this.#job.events ?? Infinity);
  }

  taken(): Pick<Taken, "ms" | "cpuMs" | "warmMs" | "warmCpuMs" | "events" | "warmEvents"> {
    const end = now();
    const begun = this.#begun ?? end;
    const warm = this.#warm ?? { mark: begun, count: 0 };
    return {
      ms: end.ms - begun.ms,
      cpuMs: end.cpuMs - begun.cpuMs,
      warmMs: end.ms - warm.mark.ms,
      warmCpuMs: end.cpuMs - warm.mark.cpuMs,
      events: this.#count,
      warmEvents: this.#count - warm.count,
    };
  }
}

interface Mark {
  readonly ms: number;
  readonly cpuMs: number;
}

function now(): Mark {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuMs: (user + system) / 1000 };
}
