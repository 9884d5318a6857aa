import type { EngineCall, EngineCalls, PageMessage, WorkerMessage } from "../protocol/calls.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** Thrown where a worker was ended because it did not answer any more. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

interface Pending {
  readonly done: (output: unknown) => void;
  readonly failed: (error: Error) => void;
}

/** An engine worker as the page sees it: calls with answers, reports, and an end to a worker that does not answer. */
export class EngineClient {
  readonly #onReport: (message: WorkerMessage) => void;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker;
  #nextId = 1;
  #watch: SilenceWatch;

  constructor(onReport: (message: WorkerMessage) => void) {
    this.#onReport = onReport;
    this.#watch = this.#newWatch();
    this.#worker = this.#start();
  }

  call<Op extends EngineCall>(op: Op, input: EngineCalls[Op]["input"]): Promise<EngineCalls[Op]["output"]> {
    const id = this.#nextId++;
    return new Promise((done, failed) => {
      this.#pending.set(id, { done: done as (output: unknown) => void, failed });
      this.#send({ id, op, input });
      this.#watch.begin();
    });
  }

  /** Ends the worker; what was asked of it fails with `StoppedError`. A new one takes its place, with nothing loaded. */
  restart(): void {
    this.end();
    this.#watch = this.#newWatch();
    this.#worker = this.#start();
  }

  end(): void {
    this.#worker.terminate();
    this.#watch.end();
    const stopped = new StoppedError("the engine was stopped");
    for (const { failed } of this.#pending.values()) failed(stopped);
    this.#pending.clear();
  }

  #start(): Worker {
    const worker = new Worker(new URL("../engine/engine.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => this.#receive(data));
    return worker;
  }

  #send(message: PageMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker.postMessage(message);
  }

  #receive(message: WorkerMessage): void {
    this.#watch.heard();
    switch (message.kind) {
      case "alive":
        return;
      case "patience":
        this.#watch.allow(message.ms);
        return;
      case "answer":
        this.#settle(message.id)?.done(message.output);
        return;
      case "failed":
        this.#settle(message.id)?.failed(new Error(message.message));
        return;
      default:
        this.#onReport(message);
        // Credit comes back when the page has had its frame: a page that lags is told less often.
        requestAnimationFrame(() => this.#send({ kind: "credit" }));
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#watch.end();
    return pending;
  }

  #newWatch(): SilenceWatch {
    return new SilenceWatch(
      () => this.#send({ kind: "ping" }),
      () => this.restart(),
    );
  }
}
