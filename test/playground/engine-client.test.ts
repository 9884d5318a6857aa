import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WorkerMessage } from "../../packages/playground/src/protocol/calls.ts";
import { EngineClient, StoppedError } from "../../packages/playground/src/state/engine-client.ts";

/** A worker of which the test says what it says. */
class FakeWorker {
  static readonly made: FakeWorker[] = [];
  readonly heard: unknown[] = [];
  isEnded = false;
  #listener: (event: { readonly data: WorkerMessage }) => void = () => {};

  constructor() {
    FakeWorker.made.push(this);
  }

  addEventListener(_: string, listener: (event: { readonly data: WorkerMessage }) => void): void {
    this.#listener = listener;
  }

  postMessage(message: unknown): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(message: WorkerMessage): void {
    this.#listener({ data: message });
  }
}

beforeEach(() => {
  FakeWorker.made.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal("Worker", FakeWorker);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function asked(): { readonly worker: FakeWorker; readonly answer: Promise<unknown> } {
  const client = new EngineClient(() => {});
  const answer = client.call("take", { count: 1 }).catch((error: unknown) => error);
  return { worker: FakeWorker.made[0]!, answer };
}

test("a worker that is silent for two seconds is ended, and what was asked of it fails", async () => {
  const { worker, answer } = asked();
  worker.say({ kind: "alive" });
  vi.advanceTimersByTime(2000);
  expect(worker.isEnded).toBe(false);
  vi.advanceTimersByTime(250);
  expect(worker.isEnded).toBe(true);
  expect(await answer).toBeInstanceOf(StoppedError);
  expect(FakeWorker.made).toHaveLength(2);
});

test("a worker that answers each ping is never ended", () => {
  const { worker } = asked();
  for (let i = 0; i < 100; i++) {
    worker.say({ kind: "alive" });
    vi.advanceTimersByTime(1000);
  }
  expect(worker.isEnded).toBe(false);
});

test("a worker whose program is still being fetched is waited for", () => {
  const { worker } = asked();
  vi.advanceTimersByTime(60_000);
  expect(worker.isEnded).toBe(false);
});

test("a worker that says that it will be silent is given that long, and after it two seconds again", () => {
  const { worker } = asked();
  worker.say({ kind: "patience", ms: 15_000 });
  vi.advanceTimersByTime(15_000);
  expect(worker.isEnded).toBe(false);
  worker.say({ kind: "patience", ms: 2000 });
  vi.advanceTimersByTime(2250);
  expect(worker.isEnded).toBe(true);
});

test("nothing is counted while nothing is asked", () => {
  const { worker } = asked();
  worker.say({ kind: "answer", id: 1, output: [] });
  vi.advanceTimersByTime(60_000);
  expect(worker.isEnded).toBe(false);
});
