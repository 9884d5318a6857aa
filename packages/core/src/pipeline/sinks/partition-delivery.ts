import type { LogHappening, LogRecord, TopicPartition } from "../contracts/log.ts";
import { SinkError } from "../contracts/sink.ts";
import type { GroupMember } from "../log/group-member.ts";
import { fullJitter } from "../policy/backoff.ts";
import { TimeoutError } from "../policy/timeout.ts";
import { isDoneWithin } from "../policy/within.ts";
import { InputQueue } from "../task/input-queue.ts";
import { Signal } from "../task/signal.ts";
import { readAlerts, type RefusedRecord } from "./read-alerts.ts";
import type { SinkDeliveryOptions } from "./sink-delivery.ts";

export interface PartitionDeliveryCallbacks {
  refuse(records: readonly RefusedRecord[]): Promise<void>;
  fail(error: unknown): void;
}

const firstBackoffMs = 100;
const defaultBatchSize = 500;

/** Delivers one partition of the alerts topic. */
export class PartitionDelivery {
  readonly #options: SinkDeliveryOptions;
  readonly #member: GroupMember;
  readonly #source: TopicPartition;
  readonly #callbacks: PartitionDeliveryCallbacks;
  readonly #batchSize: number;
  readonly #queue = new InputQueue();
  readonly #signal = new Signal();
  readonly #stop: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Since when the first record of the queue waits for its batch to fill. */
  #waitingSince = 0;
  #positioned = false;
  #stopping = false;
  #lost = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    options: SinkDeliveryOptions,
    member: GroupMember,
    partition: number,
    callbacks: PartitionDeliveryCallbacks,
  ) {
    this.#options = options;
    this.#member = member;
    this.#source = { topic: options.alerts, partition };
    this.#callbacks = callbacks;
    this.#batchSize = options.sink.batchSize ?? defaultBatchSize;
  }

  start(): void {
    this.#ended = this.#run();
  }

  offer({ from, records, end }: Extract<LogHappening, { kind: "records" }>): void {
    const { settings, host } = this.#options;
    if (this.#queue.records === 0) this.#waitingSince = host.clock.now();
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

  /**
   * Ends after the batch at hand, and after one that waited to become full. One that is `lost` to another member writes no offset any
   * more: the other one is ahead.
   */
  async stop(lost: boolean): Promise<void> {
    this.#stopping = true;
    this.#lost = lost;
    this.#stop.resolve();
    this.#signal.wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { host, settings, sink, retries } = this.#options;
    let held: readonly LogRecord[] = [];
    let attempts = 0;
    for (let failures = 0; !this.#stopping; ) {
      try {
        if (!this.#positioned) await this.#position();
        if (held.length === 0) held = await this.#gather();
        if (held.length === 0) continue;
        if (attempts > retries) await this.#giveUp(held, attempts);
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
        if (counts && sink.givesUp === true) attempts++;
        const backoffMs = fullJitter(failures, firstBackoffMs, settings.maxBackoffMs, host.random);
        await isDoneWithin(host.clock, backoffMs, this.#stop.promise);
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

  /** The next batch, once it is full or its first record has waited for as long as the sink allows; empty where there is none yet. */
  async #gather(): Promise<readonly LogRecord[]> {
    if (this.#queue.records === 0) {
      await this.#signal.wait();
      return [];
    }
    const { sink, host } = this.#options;
    while (this.#queue.records < this.#batchSize && !this.#stopping) {
      const waitMs = this.#waitingSince + (sink.lingerMs ?? 0) - host.clock.now();
      if (waitMs <= 0) break;
      const cancel = host.clock.schedule(waitMs, () => this.#signal.wake());
      await this.#signal.wait();
      cancel();
    }
    return this.#lost ? [] : this.#takeBatch();
  }

  #takeBatch(): readonly LogRecord[] {
    const records: LogRecord[] = [];
    while (records.length < this.#batchSize && this.#queue.head !== null) records.push(this.#queue.take());
    const { settings, host } = this.#options;
    this.#waitingSince = host.clock.now();
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
    await this.#done(records, records.length, this.#options.host.clock.now());
  }

  async #write(records: readonly LogRecord[]): Promise<void> {
    const { sink, policy, alertFormat, alerts: topic, host } = this.#options;
    const startedAt = host.clock.now();
    const next = records.at(-1)!.offset + 1;
    const preparing = alertFormat?.prepare?.(topic, records) ?? null;
    if (preparing !== null) await preparing;
    const { alerts, readable, unreadable } = readAlerts(records, topic, alertFormat);
    const batch = { source: this.#source, next, alerts };
    const once = sink.givesUp === true;
    const refusals = await policy.run("writing to a sink", () => sink.write(batch), { once });
    const refused = [...unreadable, ...refusals.map((why) => ({ record: readable[why.index]!, why }))];
    if (refused.length > 0) await this.#callbacks.refuse(refused);
    await this.#done(records, refused.length, startedAt);
  }

  async #done(records: readonly LogRecord[], refused: number, startedAt: number): Promise<void> {
    const { sink, logPolicy, observer, host } = this.#options;
    const offset = records.at(-1)!.offset + 1;
    await logPolicy.run("committing offsets", async () => {
      if (!this.#lost) await this.#member.consumer.commit([{ ...this.#source, offset, metadata: "" }]);
    });
    observer({
      kind: "delivered",
      sink: sink.name,
      alerts: records.length - refused,
      refused,
      ms: host.clock.now() - startedAt,
      headers: records.map(({ headers }) => headers),
    });
  }
}
