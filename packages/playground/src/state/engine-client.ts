import {
  type EngineCall,
  type EngineCalls,
  type PageMessage,
  silenceMs,
  type WorkerMessage,
} from "../protocol/calls.ts";

/** Thrown where a worker was ended because it did not answer any more. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

const pingMs = 250;

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
  /** Pings since the last word of the worker: time in which this page could run itself. */
  #missed = 0;
  #patienceMs = silenceMs;
  /** Whether its program is there; over a slow network that takes a while. */
  #isStarted = false;
  #pinging: ReturnType<typeof setInterval> | null = null;

  constructor(onReport: (message: WorkerMessage) => void) {
    this.#onReport = onReport;
    this.#worker = this.#start();
  }

  call<Op extends EngineCall>(op: Op, input: EngineCalls[Op]["input"]): Promise<EngineCalls[Op]["output"]> {
    const id = this.#nextId++;
    return new Promise((done, failed) => {
      this.#pending.set(id, { done: done as (output: unknown) => void, failed });
      this.#send({ id, op, input });
      this.#watch();
    });
  }

  /** Ends the worker; what was asked of it fails with `StoppedError`. A new one takes its place, with nothing loaded. */
  restart(): void {
    this.end();
    this.#worker = this.#start();
  }

  end(): void {
    this.#worker.terminate();
    this.#unwatch();
    const stopped = new StoppedError("the engine was stopped");
    for (const { failed } of this.#pending.values()) failed(stopped);
    this.#pending.clear();
  }

  #start(): Worker {
    this.#isStarted = false;
    this.#patienceMs = silenceMs;
    const worker = new Worker(new URL("../engine/engine.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => this.#receive(data));
    return worker;
  }

  #send(message: PageMessage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker.postMessage(message);
  }

  #receive(message: WorkerMessage): void {
    this.#missed = 0;
    this.#isStarted = true;
    switch (message.kind) {
      case "alive":
        return;
      case "patience":
        this.#patienceMs = message.ms;
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
    if (this.#pending.size === 0) this.#unwatch();
    return pending;
  }

  #watch(): void {
    if (this.#pinging !== null) return;
    this.#missed = 0;
    this.#pinging = setInterval(() => {
      if (this.#isStarted && ++this.#missed * pingMs > this.#patienceMs) this.restart();
      else this.#send({ kind: "ping" });
    }, pingMs);
  }

  #unwatch(): void {
    if (this.#pinging !== null) clearInterval(this.#pinging);
    this.#pinging = null;
  }
}
