import type { LogRecord } from "../contracts/log.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import { InputQueue } from "./input-queue.ts";
import type { TaskOptions } from "./task-options.ts";

/** What an input's log still has. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The queues of a task's inputs, kept within their bounds by pausing, and the order in which records leave them. */
export class TaskInputs {
  readonly queues: readonly InputQueue[];
  readonly #options: TaskOptions;
  #held = false;

  constructor(options: TaskOptions) {
    this.#options = options;
    this.queues = options.inputs.map(() => new InputQueue());
  }

  get records(): number {
    return this.queues.reduce((sum, queue) => sum + queue.records, 0);
  }

  get bytes(): number {
    return this.queues.reduce((sum, queue) => sum + queue.bytes, 0);
  }

  /** Records that the task has not evaluated, queued or not. */
  get lag(): number {
    const behind = ({ end, position }: InputQueue): number => (end === Infinity ? 0 : Math.max(0, end - position));
    return this.queues.reduce((sum, queue) => sum + behind(queue), 0);
  }

  get positions(): readonly number[] {
    return this.queues.map(({ position }) => position);
  }

  push(input: number, from: number, records: readonly LogRecord[], end: number): void {
    const { host, source, settings, observer, task } = this.#options;
    const queue = this.queues[input]!;
    queue.lastAt = host.clock.now();
    queue.idle = false;
    queue.push(from, records, end);
    const share = this.queues.length;
    // One more poll must fit in.
    const full = queue.records + settings.pollRecords > settings.queueRecords / share;
    if (queue.paused || !(full || queue.bytes > settings.queueBytes / (2 * share))) return;
    queue.paused = true;
    source.pause(input);
    observer({ kind: "paused", task, records: queue.records, bytes: queue.bytes });
  }

  /** Resumes an input whose queue is down to half. */
  relieve(input: number): void {
    const { source, settings, observer, task } = this.#options;
    const queue = this.queues[input]!;
    const share = this.queues.length;
    if (!queue.paused) return;
    if (queue.records > settings.queueRecords / (2 * share) || queue.bytes > settings.queueBytes / (4 * share)) return;
    queue.paused = false;
    if (!this.#held) source.resume(input);
    observer({ kind: "resumed", task, records: queue.records, bytes: queue.bytes });
  }

  /** Forgets what is queued and goes on at these positions. */
  reset(positions: readonly number[], ranges: readonly Range[]): void {
    for (const [i, queue] of this.queues.entries()) {
      queue.end = ranges[i]!.end;
      queue.reset(positions[i]!);
      queue.paused = false;
      queue.idle = false;
      queue.lastAt = this.#options.host.clock.now();
    }
  }

  async ranges(): Promise<readonly Range[]> {
    return Promise.all(this.queues.map((_, i) => this.#options.source.range(i)));
  }

  /** Makes reading go on behind what is queued. */
  async seekAll(): Promise<void> {
    for (const [i, queue] of this.queues.entries()) await this.#options.source.seek(i, queue.next);
    this.resumeAll();
  }

  pauseAll(): void {
    for (const i of this.queues.keys()) this.#options.source.pause(i);
  }

  resumeAll(): void {
    if (this.#held) return;
    for (const [i, queue] of this.queues.entries()) if (!queue.paused) this.#options.source.resume(i);
  }

  /** Whether nothing is read, whatever the queues have room for. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) this.pauseAll();
    else this.resumeAll();
  }

  /** The input whose next record was appended first; `null` where none has one, or another may still give an earlier one. */
  next(): number | null {
    const { host, settings } = this.#options;
    let first: number | null = null;
    let firstAt = Infinity;
    for (const [i, queue] of this.queues.entries()) {
      const { head } = queue;
      if (head === null) {
        if (!queue.idle && queue.next < queue.end && host.clock.now() - queue.lastAt < settings.idleMs) return null;
      } else if (head.records[head.taken]!.timestamp < firstAt) {
        first = i;
        firstAt = head.records[head.taken]!.timestamp;
      }
    }
    return first;
  }

  /** Inputs of several that have been silent for long, each told once until it has a record again. */
  newlyIdle(): readonly number[] {
    const { host, settings } = this.#options;
    if (this.queues.length < 2) return [];
    const found: number[] = [];
    for (const [i, queue] of this.queues.entries()) {
      if (queue.idle || queue.head !== null || host.clock.now() - queue.lastAt < settings.idleMs) continue;
      queue.idle = true;
      found.push(i);
    }
    return found;
  }

  /** What `onGap` says of records that the log no longer has: the offset to go on at, or an error. */
  acrossGap(input: number, from: number, range: Range, mayLose: boolean): number {
    const { task, inputs, settings } = this.#options;
    if (settings.onGap === "earliest" && mayLose) return range.start;
    const { topic, partition } = inputs[input]!;
    throw new PipelineError(
      "offset-gap",
      `partition ${partition} of \`${topic}\` does not have offset ${from} any more: it has ${range.start} to ${range.end}`,
      {
        task,
        hint: "longer retention keeps this from happening; `onGap: earliest` goes on without what is gone",
      },
    );
  }
}
