import { Worker } from "node:worker_threads";
import { type EngineStats, mergeStats, type PlacedAlert, ShardMerge } from "@weir/core";
import { ReadError } from "@weir/connectors/files";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import type { ReplayOutput } from "../replay-output.ts";
import { SharedInput } from "./shared-input.ts";
import type { FromWorker, InputReport, ToWorker, WorkerTask } from "./worker-messages.ts";

/**
 * Runs a plan over event files on several threads. The files are read here, once; each thread is given all of them and runs the rules for its
 * share of the keys. What they say is put in the order in which one would have said it.
 *
 * State   of a worker that is ahead, the alerts of a few batches of events; then it waits.
 */
export async function replayInWorkers(
  task: Omit<WorkerTask, "index">,
  totalBytes: number | null,
  output: ReplayOutput,
): Promise<ExitCode> {
  const inbox = new Inbox(task, totalBytes);
  const merge = new ShardMerge(task.count);
  const stats = new Map<number, EngineStats>();
  let pushed = 0;
  try {
    while (stats.size < task.count) {
      const { index, message } = await inbox.next();
      if (message.kind === "refused") throw new CommandError(exitCode.usage, message.message);
      if (message.kind === "end") {
        stats.set(index, message.stats);
        merge.finish(index);
      } else {
        if (message.input !== null) {
          say(message.input, output);
          ({ pushed } = message.input);
        }
        merge.add(index, JSON.parse(message.placed) as PlacedAlert[], message.reached);
      }
      if (!output.isRefused) output.take(merge.take());
      if (!(await output.pause(() => ({ pushed, read: inbox.read })))) inbox.stop();
      // Only now: a worker must not get far ahead of the others, nor of who reads the alerts.
      inbox.answer(merge);
    }
  } finally {
    await inbox.close();
  }
  return output.finish(() => mergeStats([...stats].sort(([a], [b]) => a - b).map(([, counts]) => counts)));
}

function say({ troubles, late }: InputReport, output: ReplayOutput): void {
  for (const trouble of troubles) {
    if (trouble.kind === "record") {
      output.badRecord(trouble.file, trouble.line, trouble.reason, trouble.text, trouble.records);
    } else {
      const { file, code, message, hint } = trouble;
      output.badFile(file, new ReadError(code, message, hint === null ? {} : { hint }));
    }
  }
  for (const { place, reason, behindMs } of late) output.late(place, reason, behindMs);
}

function tell(worker: Worker, message: ToWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node, not a window
  worker.postMessage(message);
}

/** What a worker says of its work. */
type Said = Exclude<FromWorker, { readonly kind: "want" }>;

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** What the workers say, one message after the other; bounded by what each may say before it is answered. */
class Inbox {
  readonly #workers: readonly Worker[];
  readonly #input: SharedInput;
  readonly #totalBytes: number | null;
  readonly #messages: { readonly index: number; readonly message: Said }[] = [];
  /** Of each worker, the parts that were not answered: how many alerts each has. */
  readonly #unanswered: readonly number[][];
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  /** `totalBytes` of the files; `null` where that cannot be told. */
  constructor(task: Omit<WorkerTask, "index">, totalBytes: number | null) {
    this.#totalBytes = totalBytes;
    this.#input = new SharedInput(task.paths, task.count, (worker, chunk) => tell(this.#workers[worker]!, chunk));
    const file = new URL(`./replay-worker.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
    this.#unanswered = Array.from({ length: task.count }, () => []);
    this.#workers = Array.from({ length: task.count }, (_, index) => {
      const worker = new Worker(file, { workerData: { ...task, index } satisfies WorkerTask });
      let ended = false;
      worker.on("message", (message: FromWorker) => {
        if (message.kind === "want") {
          this.#input.want(index, message.file).catch((error: unknown) => this.#fail(asError(error)));
          return;
        }
        ended = message.kind !== "part";
        this.#messages.push({ index, message });
        this.#wake?.();
      });
      worker.on("error", (error) => this.#fail(asError(error)));
      worker.on("exit", () => {
        if (!ended) this.#fail(new Error("a worker ended before its work was done"));
      });
      return worker;
    });
  }

  /** How much of the files is read, from 0 to 1; `null` where that cannot be told. */
  get read(): number | null {
    return this.#totalBytes === null ? null : this.#input.bytesRead / Math.max(1, this.#totalBytes);
  }

  async next(): Promise<{ readonly index: number; readonly message: Said }> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      const first = this.#messages.shift();
      if (first !== undefined) {
        if (first.message.kind === "part") this.#unanswered[first.index]!.push(first.message.alerts);
        return first;
      }
      await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  /** Answers the parts whose alerts went out. Of the worker that is the furthest behind, that is all but the newest. */
  answer(merge: ShardMerge): void {
    this.#workers.forEach((worker, index) => {
      const parts = this.#unanswered[index]!;
      let newer = parts.reduce((sum, alerts) => sum + alerts, 0);
      const waiting = merge.waiting(index);
      while (parts.length > 0 && (newer -= parts[0]!) >= waiting) {
        parts.shift();
        tell(worker, "taken");
      }
    });
  }

  stop(): void {
    for (const worker of this.#workers) tell(worker, "stop");
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    await this.#input.close();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
