import type { Host } from "../contracts/host.ts";
import type { Headers, Log, LogHappening, LogProducer, LogRecord, TopicPartition } from "../contracts/log.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import type { DependencyStatus, PipelineSettings } from "../contracts/pipeline.ts";
import { type Refused, type Sink, type SinkAlert, SinkError } from "../contracts/sink.ts";
import { GroupMember } from "../log/group-member.ts";
import { fullJitter } from "../policy/backoff.ts";
import type { Policy } from "../policy/policy.ts";
import { sleep } from "../policy/sleep.ts";
import { TimeoutError } from "../policy/timeout.ts";
import { alertIdHeader } from "../task/alert-message.ts";
import { deadLetter } from "../task/dead-letter.ts";
import { InputQueue } from "../task/input-queue.ts";
import { Signal } from "../task/signal.ts";
import { decodeUtf8 } from "../text/utf8.ts";

export interface SinkDeliveryOptions {
  /** Of the pipeline. */
  readonly name: string;
  readonly sink: Sink;
  readonly log: Log;
  readonly alerts: string;
  readonly deadLetters: string;
  readonly policy: Policy;
  /** After this many retries a batch is given up, by a sink that gives up. */
  readonly retries: number;
  readonly logPolicy: Policy;
  readonly host: Host;
  readonly settings: PipelineSettings;
  readonly observer: PipelineObserver;
}

const firstBackoffMs = 100;
const defaultBatchSize = 500;

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
  #producer: LogProducer | null = null;
  #stopped: string | null = null;

  constructor(options: SinkDeliveryOptions) {
    this.#options = options;
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
    const ended = Promise.all([...this.#readers.values()].map((reader) => reader.stop(false))).then(() => true);
    const clean = await Promise.race([ended, sleep(this.#options.host.clock, deadlineMs).then(() => false)]);
    await this.#member?.stop();
    await this.#member?.consumer.close();
    await this.#producer?.close();
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

  async #refuse(
    partition: number,
    refused: readonly { readonly record: LogRecord; readonly why: Refused }[],
  ): Promise<void> {
    const { log, logPolicy, alerts, deadLetters } = this.#options;
    const letters = refused.map(({ record, why }) =>
      deadLetter(deadLetters, alerts, partition, record, { code: why.code, message: why.message }),
    );
    await logPolicy.run("sending dead letters", async () => {
      this.#producer ??= await log.producer();
      await this.#producer.send(letters);
    });
  }

  #fail(error: unknown): void {
    if (this.#stopped !== null) return;
    this.#stopped = error instanceof Error ? error.message : String(error);
    const { sink, observer } = this.#options;
    observer({ kind: "sink-stopped", sink: sink.name, error });
    for (const reader of this.#readers.values()) void reader.stop(false);
  }
}

interface Callbacks {
  refuse(records: readonly { readonly record: LogRecord; readonly why: Refused }[]): Promise<void>;
  fail(error: unknown): void;
}

/** Delivers one partition of the alerts topic. */
class PartitionDelivery {
  readonly #options: SinkDeliveryOptions;
  readonly #member: GroupMember;
  readonly #source: TopicPartition;
  readonly #callbacks: Callbacks;
  readonly #queue = new InputQueue();
  readonly #signal = new Signal();
  #positioned = false;
  #stopping = false;
  #lost = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: SinkDeliveryOptions, member: GroupMember, partition: number, callbacks: Callbacks) {
    this.#options = options;
    this.#member = member;
    this.#source = { topic: options.alerts, partition };
    this.#callbacks = callbacks;
  }

  start(): void {
    this.#ended = this.#run();
  }

  offer({ from, records, end }: Extract<LogHappening, { kind: "records" }>): void {
    const { settings } = this.#options;
    this.#queue.push(from, records, end);
    const full = this.#queue.records + settings.pollRecords > settings.queueRecords;
    if ((full || this.#queue.bytes > settings.queueBytes / 2) && !this.#queue.paused) {
      this.#queue.paused = true;
      this.#member.consumer.pause(this.#source);
    }
    this.#signal.wake();
  }

  reposition(): void {
    if (!this.#positioned) return;
    this.#member.consumer.seek(this.#source, this.#queue.next);
    if (!this.#queue.paused) this.#member.consumer.resume(this.#source);
  }

  /** Ends after the batch at hand. One that is `lost` to another member writes no offset any more: the other one is ahead. */
  async stop(lost: boolean): Promise<void> {
    this.#stopping = true;
    this.#lost = lost;
    this.#signal.wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { host, settings } = this.#options;
    let held: readonly LogRecord[] = [];
    let attempts = 0;
    for (let failures = 0; !this.#stopping; ) {
      try {
        if (!this.#positioned) await this.#position();
        if (held.length === 0) held = this.#takeBatch();
        if (held.length === 0) {
          await this.#signal.wait();
          continue;
        }
        if (attempts > this.#options.retries) await this.#giveUp(held, attempts);
        else await this.#write(held);
        held = [];
        attempts = 0;
        failures = 0;
      } catch (error) {
        if (error instanceof SinkError && !error.retriable) {
          this.#callbacks.fail(error);
          return;
        }
        failures++;
        // What the breaker or the log stops is no attempt at the sink.
        const counts = error instanceof SinkError || error instanceof TimeoutError;
        if (counts && this.#options.sink.givesUp === true) attempts++;
        await sleep(host.clock, fullJitter(failures, firstBackoffMs, settings.maxBackoffMs, host.random));
      }
    }
  }

  /** Where the sink itself knows it, its position counts: it was stored with the alerts. */
  async #position(): Promise<void> {
    const { sink, log, name, policy, logPolicy } = this.#options;
    const source = this.#source;
    const stored = await policy.run("reading the position", () => sink.position?.(source) ?? Promise.resolve(null));
    const committed = await logPolicy.run("reading the committed offsets", () =>
      log.committed(`${name}.sink.${sink.name}`, [source]),
    );
    const { start } = await logPolicy.run("looking at the offsets", () => log.offsets(source));
    this.#queue.reset(Math.max(start, stored ?? committed[0]?.offset ?? start));
    this.#positioned = true;
    this.reposition();
  }

  #takeBatch(): readonly LogRecord[] {
    const size = this.#options.sink.batchSize ?? defaultBatchSize;
    const records: LogRecord[] = [];
    while (records.length < size && this.#queue.head !== null) records.push(this.#queue.take());
    const { settings } = this.#options;
    if (
      this.#queue.paused &&
      this.#queue.records <= settings.queueRecords / 2 &&
      this.#queue.bytes <= settings.queueBytes / 4
    ) {
      this.#queue.paused = false;
      this.#member.consumer.resume(this.#source);
    }
    return records;
  }

  async #giveUp(records: readonly LogRecord[], attempts: number): Promise<void> {
    const message = `the sink did not take it in ${attempts} attempts`;
    await this.#callbacks.refuse(
      records.map((record, index) => ({ record, why: { index, code: "not-taken", message } })),
    );
    await this.#done(records, records.length);
  }

  async #write(records: readonly LogRecord[]): Promise<void> {
    const { sink, policy } = this.#options;
    const next = records.at(-1)!.offset + 1;
    const batch = { source: this.#source, next, alerts: records.map(sinkAlert) };
    const once = sink.givesUp === true;
    const refused = await policy.run("writing to a sink", () => sink.write(batch), { once });
    if (refused.length > 0) {
      await this.#callbacks.refuse(refused.map((why) => ({ record: records[why.index]!, why })));
    }
    await this.#done(records, refused.length);
  }

  async #done(records: readonly LogRecord[], refused: number): Promise<void> {
    const { sink, logPolicy, observer } = this.#options;
    const offset = records.at(-1)!.offset + 1;
    await logPolicy.run("committing offsets", async () => {
      if (!this.#lost) await this.#member.consumer.commit([{ ...this.#source, offset, metadata: "" }]);
    });
    observer({ kind: "delivered", sink: sink.name, alerts: records.length - refused, refused });
  }
}

function sinkAlert(record: LogRecord): SinkAlert {
  const { headers } = record;
  return { id: headerText(headers, alertIdHeader), json: decodeUtf8(record.value ?? new Uint8Array()), headers };
}

function headerText(headers: Headers, name: string): string {
  const value = headers[name] ?? "";
  return typeof value === "string" ? value : decodeUtf8(value);
}
