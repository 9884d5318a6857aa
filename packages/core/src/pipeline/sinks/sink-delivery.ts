import type { AlertFormat } from "../contracts/alert-format.ts";
import type { Host } from "../contracts/host.ts";
import type { Log, TopicPartition } from "../contracts/log.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import type { DependencyStatus, PipelineSettings } from "../contracts/pipeline.ts";
import type { Sink } from "../contracts/sink.ts";
import { GroupMember } from "../log/group-member.ts";
import { SharedProducer } from "../log/shared-producer.ts";
import type { Policy } from "../policy/policy.ts";
import { isDoneWithin } from "../policy/within.ts";
import { deadLetter } from "../task/dead-letter.ts";
import { PartitionDelivery } from "./partition-delivery.ts";
import type { RefusedRecord } from "./read-alerts.ts";

export interface SinkDeliveryOptions {
  /** Of the pipeline. */
  readonly name: string;
  readonly sink: Sink;
  readonly log: Log;
  readonly alerts: string;
  readonly alertFormat: AlertFormat | undefined;
  readonly deadLetters: string;
  readonly policy: Policy;
  /** After this many retries a batch is given up, by a sink that gives up. */
  readonly retries: number;
  readonly logPolicy: Policy;
  readonly host: Host;
  readonly settings: PipelineSettings;
  readonly observer: PipelineObserver;
}

/**
 * Reads the alerts topic, as far as committed, into one sink.
 *
 * Delivery is at least once and in order for each partition; ids make it one effect. While the sink fails, alerts wait in the topic;
 * rules go on. What the sink refuses becomes a dead letter.
 */
export class SinkDelivery {
  readonly #options: SinkDeliveryOptions;
  readonly #readers = new Map<number, PartitionDelivery>();
  #member: GroupMember | null = null;
  /** One for all partitions, also where several refuse at once. */
  readonly #producer: SharedProducer;
  #stopped: string | null = null;

  constructor(options: SinkDeliveryOptions) {
    this.#options = options;
    this.#producer = new SharedProducer(options.log);
  }

  async start(): Promise<void> {
    const { name, sink, log, logPolicy, alerts, settings, host } = this.#options;
    const consumer = await logPolicy.run(
      "joining the group of a sink",
      () =>
        log.consumer({
          group: `${name}.sink.${sink.name}`,
          topics: [alerts],
          maxRecords: settings.pollRecords,
          maxBytes: settings.queueBytes / 4,
          readCommitted: true,
        }),
      { discard: (late) => void late.close() },
    );
    this.#member = new GroupMember({
      consumer,
      host,
      maxBackoffMs: settings.maxBackoffMs,
      onRecords: (happening) => this.#readers.get(happening.partition)?.offer(happening),
      onAssigned: (partitions) => this.#assign(partitions),
      onRebalancing: () => Promise.resolve(),
      onFatal: (error) => this.#fail(error),
    });
    this.#member.start();
  }

  status(): DependencyStatus {
    const status = this.#options.policy.status();
    return this.#stopped === null ? status : { ...status, health: "down", lastError: this.#stopped };
  }

  /** Ends after the batch at hand, or after the deadline. Resolves with whether nothing was left in the middle. */
  async stop(deadlineMs: number): Promise<boolean> {
    const ended = Promise.all([...this.#readers.values()].map((reader) => reader.stop(false)));
    const clean = await isDoneWithin(this.#options.host.clock, deadlineMs, ended);
    await this.#member?.stop();
    await this.#member?.consumer.close();
    await this.#producer.close();
    return clean;
  }

  async #assign(partitions: readonly TopicPartition[]): Promise<void> {
    const numbers = new Set(partitions.map(({ partition }) => partition));
    for (const [n, reader] of this.#readers) {
      if (numbers.has(n)) reader.reposition();
      else {
        this.#readers.delete(n);
        void reader.stop(true);
      }
    }
    for (const n of numbers) {
      if (this.#readers.has(n) || this.#stopped !== null) continue;
      const reader = new PartitionDelivery(this.#options, this.#member!, n, {
        refuse: (records) => this.#refuse(n, records),
        fail: (error) => this.#fail(error),
      });
      this.#readers.set(n, reader);
      reader.start();
    }
    return Promise.resolve();
  }

  async #refuse(partition: number, refused: readonly RefusedRecord[]): Promise<void> {
    const { logPolicy, alerts, deadLetters } = this.#options;
    const letters = refused.map(({ record, why }) =>
      deadLetter(deadLetters, alerts, partition, record, { code: why.code, message: why.message }),
    );
    await logPolicy.run("sending dead letters", async () => (await this.#producer.get()).send(letters));
  }

  #fail(error: unknown): void {
    if (this.#stopped !== null) return;
    this.#stopped = error instanceof Error ? error.message : String(error);
    const { sink, observer } = this.#options;
    observer({ kind: "sink-stopped", sink: sink.name, error });
    for (const reader of this.#readers.values()) void reader.stop(false);
  }
}
