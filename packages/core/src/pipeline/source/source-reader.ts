import type { Host } from "../contracts/host.ts";
import type { LogRecord } from "../contracts/log.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import type { DependencyStatus } from "../contracts/pipeline.ts";
import { type Source, SourceError } from "../contracts/source.ts";
import { fullJitter } from "../policy/backoff.ts";
import { isDoneWithin } from "../policy/within.ts";
import { Signal } from "../task/signal.ts";

export interface SourceReaderOptions {
  readonly source: Source;
  readonly host: Host;
  readonly maxRecords: number;
  readonly maxBackoffMs: number;
  readonly observer: PipelineObserver;
  /** This process is the one that reads. */
  readonly onTaken: () => void;
  readonly onRecords: (from: number, records: readonly LogRecord[], next: number) => void;
  readonly onEnd: () => void;
  /** The source will never work. */
  readonly onFatal: (error: unknown) => void;
}

const pollMs = 500;
const firstBackoffMs = 100;
/** After so many failures one after the other the source counts as down. */
const downAfter = 5;
/** Stands for the first position that a source has, which it alone knows. */
export const beginning = -1;

/** Reads a source while there is room, from where the task says. */
export class SourceReader {
  readonly #options: SourceReaderOptions;
  readonly #signal = new Signal();
  readonly #stop: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Where the next poll reads; `null` until the task has its state. */
  #position: number | null = null;
  #reading = false;
  #stopped = false;
  #failures = 0;
  #lastError: string | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: SourceReaderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** Reads no more; resolves after the poll under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stop.resolve();
    this.#signal.wake();
    await this.#ended;
  }

  /** Whether there is room. */
  read(reading: boolean): void {
    this.#reading = reading;
    this.#signal.wake();
  }

  async seek(position: number): Promise<void> {
    this.#position = null;
    await this.#options.source.open(position === beginning ? null : position);
    this.#position = position;
    this.#signal.wake();
  }

  status(): DependencyStatus {
    const health = this.#failures === 0 ? "ok" : this.#failures < downAfter ? "degraded" : "down";
    return { name: this.#options.source.name, health, breaker: "closed", lastError: this.#lastError };
  }

  async #run(): Promise<void> {
    const { source, onTaken, onFatal } = this.#options;
    let taken = false;
    while (!this.#stopped) {
      try {
        if (!taken) {
          await source.take?.();
          if (this.#stopped) return;
          taken = true;
          onTaken();
        }
        if (await this.#poll()) return;
        this.#failures = 0;
      } catch (error) {
        if (!(error instanceof SourceError) || !error.retriable) {
          onFatal(error);
          return;
        }
        await this.#backOff(error);
      }
    }
  }

  /** Answers whether that was all there is. */
  async #poll(): Promise<boolean> {
    const { source, maxRecords, onRecords, onEnd } = this.#options;
    const from = this.#position;
    if (!this.#reading || from === null) {
      await this.#signal.wait();
      return false;
    }
    const batch = await source.poll(maxRecords, pollMs);
    // Meanwhile the task may have gone back.
    if (this.#position !== from) return false;
    if (batch.kind === "records") {
      this.#position = batch.next;
      onRecords(from, batch.records, batch.next);
    }
    if (batch.kind === "end") onEnd();
    return batch.kind === "end";
  }

  async #backOff(error: SourceError): Promise<void> {
    const { source, host, maxBackoffMs, observer } = this.#options;
    this.#failures++;
    this.#lastError = error.message;
    const delayMs = fullJitter(this.#failures, firstBackoffMs, maxBackoffMs, host.random);
    observer({ kind: "retry", dependency: source.name, attempt: this.#failures, delayMs, error });
    await isDoneWithin(host.clock, delayMs, this.#stop.promise);
  }
}
