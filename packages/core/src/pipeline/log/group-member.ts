import type { LogConsumer, LogHappening, TopicPartition } from "../contracts/log.ts";
import { LogError } from "../contracts/log-error.ts";
import type { Host } from "../contracts/host.ts";
import { fullJitter } from "../policy/backoff.ts";
import { isDoneWithin } from "../policy/within.ts";

/** How long one poll waits: also how long a stop waits for it. */
const pollMs = 500;
const firstBackoffMs = 100;

export interface GroupMemberOptions {
  readonly consumer: LogConsumer;
  readonly host: Host;
  readonly maxBackoffMs: number;
  readonly onRecords: (records: Extract<LogHappening, { kind: "records" }>) => void;
  readonly onAssigned: (partitions: readonly TopicPartition[]) => Promise<void>;
  readonly onRebalancing: () => Promise<void>;
  /** The consumer will never work. */
  readonly onFatal: (error: unknown) => void;
}

/** Polls a consumer until it is stopped, and hands on what happens, one thing at a time. */
export class GroupMember {
  readonly #options: GroupMemberOptions;
  readonly #stop: PromiseWithResolvers<void> = Promise.withResolvers();
  #stopped = false;
  #lastError: string | null = null;
  #ended: Promise<void> = Promise.resolve();
  #assigned: () => void = () => {};
  /** Resolves with the first assignment. */
  readonly joined: Promise<void> = new Promise((resolve) => {
    this.#assigned = resolve;
  });

  constructor(options: GroupMemberOptions) {
    this.#options = options;
  }

  get consumer(): LogConsumer {
    return this.#options.consumer;
  }

  /** Why the last poll failed; `null` while polling works. */
  get lastError(): string | null {
    return this.#lastError;
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** Polls no more, once what happens now is handed on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stop.resolve();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { consumer, host, maxBackoffMs, onFatal } = this.#options;
    for (let failures = 0; !this.#stopped; ) {
      try {
        await this.#handle(await consumer.poll(pollMs));
        failures = 0;
        this.#lastError = null;
      } catch (error) {
        if (!(error instanceof LogError) || error.kind === "fatal") {
          this.#assigned();
          onFatal(error);
          return;
        }
        failures++;
        this.#lastError = error.message;
        const backoffMs = fullJitter(failures, firstBackoffMs, maxBackoffMs, host.random);
        await isDoneWithin(host.clock, backoffMs, this.#stop.promise);
      }
    }
  }

  async #handle(happening: LogHappening): Promise<void> {
    if (this.#stopped) return;
    const { onRecords, onAssigned, onRebalancing } = this.#options;
    switch (happening.kind) {
      case "records":
        onRecords(happening);
        return;
      case "assigned":
        await onAssigned(happening.partitions);
        this.#assigned();
        return;
      case "rebalancing":
        await onRebalancing();
        return;
      case "idle":
        return;
    }
  }
}
