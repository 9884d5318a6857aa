import { Worker } from "node:worker_threads";
import { type EngineStats, mergeStats, ShardMerge } from "@weir/core";
import { ReadError } from "@weir/connectors/files";
import { CommandError, type ExitCode, exitCode } from "../../exit-code.ts";
import type { ReplayOutput } from "../replay-output.ts";
import type { FromWorker, InputReport, ToWorker, WorkerTask } from "./worker-messages.ts";

/**
 * Runs a plan over event files on several threads. Each reads all events and runs the rules for its share of the keys; what they say is put
 * in the order in which one would have said it.
 *
 * State   of a worker that is ahead, the alerts of a few batches of events; then it waits.
 */
export async function replayInWorkers(
  task: Omit<WorkerTask, "index">,
  totalBytes: number,
  output: ReplayOutput,
): Promise<ExitCode> {
  const inbox = new Inbox(task);
  const merge = new ShardMerge(task.count);
  const stats = new Map<number, EngineStats>();
  let far = { pushed: 0, bytesRead: 0 };
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
          far = message.input;
        }
        merge.add(index, message.placed, message.reached);
      }
      if (!output.isRefused) output.take(merge.take());
      const share = { pushed: far.pushed, read: far.bytesRead / Math.max(1, totalBytes) };
      if (!(await output.pause(() => share))) inbox.stop();
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

/** What the workers say, one message after the other; bounded by what each may say before it is answered. */
class Inbox {
  readonly #workers: readonly Worker[];
  readonly #messages: { readonly index: number; readonly message: FromWorker }[] = [];
  /** Of each worker, the parts that were not answered: how many alerts each has. */
  readonly #unanswered: readonly number[][];
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(task: Omit<WorkerTask, "index">) {
    const file = new URL(`./replay-worker.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
    this.#unanswered = Array.from({ length: task.count }, () => []);
    this.#workers = Array.from({ length: task.count }, (_, index) => {
      const worker = new Worker(file, { workerData: { ...task, index } satisfies WorkerTask });
      let ended = false;
      worker.on("message", (message: FromWorker) => {
        ended = message.kind !== "part";
        this.#messages.push({ index, message });
        this.#wake?.();
      });
      worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
      worker.on("exit", () => {
        if (!ended) this.#fail(new Error("a worker ended before its work was done"));
      });
      return worker;
    });
  }

  async next(): Promise<{ readonly index: number; readonly message: FromWorker }> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      const first = this.#messages.shift();
      if (first !== undefined) {
        if (first.message.kind === "part") this.#unanswered[first.index]!.push(first.message.placed.length);
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
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
