import {
  type CommittedOffset,
  type ConsumerOptions,
  type Log,
  type LogConsumer,
  LogError,
  type LogErrorKind,
  type LogHappening,
  type LogMessage,
  type LogProducer,
  type OffsetToCommit,
  type TopicPartition,
  type TransactionalProducer,
} from "@weir/core";
import { BrokerError, type FakeBroker } from "./fake-broker.ts";
import { type Link, NoReplyError } from "./network.ts";
import type { SimProcess } from "./sim-process.ts";

/** The client of one process to a `FakeBroker`. */
export class FakeLog implements Log {
  readonly #broker: FakeBroker;
  readonly #link: Link;
  readonly #process: SimProcess;
  #members = 0;

  constructor(broker: FakeBroker, link: Link, process: SimProcess) {
    this.#broker = broker;
    this.#link = link;
    this.#process = process;
  }

  async partitionCount(topic: string): Promise<number> {
    return this.#ask(`look at topic ${topic}`, () => this.#broker.partitionCount(topic));
  }

  async offsets(partition: TopicPartition): Promise<{ start: number; end: number }> {
    return this.#ask("offsets", () => this.#broker.offsets(partition));
  }

  async committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
    return this.#ask("committed", () => this.#broker.fetchOffsets(group, partitions));
  }

  async consumer(options: ConsumerOptions): Promise<LogConsumer> {
    const member = `${this.#process.name}/${this.#members++}`;
    const consumer = new FakeConsumer(this.#broker, this.#link, this.#process, options, member);
    await consumer.join();
    return consumer;
  }

  async producer(): Promise<LogProducer> {
    const send = (messages: readonly LogMessage[]): Promise<void> =>
      this.#ask("produce", () => {
        for (const message of messages) this.#broker.append(message);
      });
    return Promise.resolve({ send, close: () => Promise.resolve() });
  }

  async transactionalProducer(id: string): Promise<TransactionalProducer> {
    const epoch = await this.#ask("initProducerId", () => this.#broker.initProducerId(id));
    return new FakeTransactionalProducer(this.#broker, this.#link, this.#process, id, epoch);
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  #ask<T>(what: string, serve: () => T): Promise<T> {
    return ask(this.#link, this.#process, what, "retriable", serve);
  }
}

class FakeTransactionalProducer implements TransactionalProducer {
  readonly #broker: FakeBroker;
  readonly #link: Link;
  readonly #process: SimProcess;
  readonly #id: string;
  readonly #epoch: number;
  #useless = false;
  #began = false;

  constructor(broker: FakeBroker, link: Link, process: SimProcess, id: string, epoch: number) {
    this.#broker = broker;
    this.#link = link;
    this.#process = process;
    this.#id = id;
    this.#epoch = epoch;
  }

  async begin(): Promise<void> {
    if (this.#began) throw new LogError("a transaction is open", { kind: "fatal", code: "invalid-state" });
    this.#began = true;
    return Promise.resolve();
  }

  async send(messages: readonly LogMessage[]): Promise<void> {
    await this.#ask("send", () => this.#broker.produce(this.#id, this.#epoch, messages));
  }

  async sendOffsets(group: string, offsets: readonly OffsetToCommit[]): Promise<void> {
    await this.#ask("sendOffsets", () => this.#broker.addOffsets(this.#id, this.#epoch, group, offsets));
  }

  async commit(): Promise<void> {
    await this.#end(true);
  }

  async abort(): Promise<void> {
    await this.#end(false);
  }

  async close(): Promise<void> {
    this.#useless = true;
    return Promise.resolve();
  }

  async #end(commits: boolean): Promise<void> {
    await this.#ask("endTransaction", () => this.#broker.endTransaction(this.#id, this.#epoch, commits));
    this.#began = false;
  }

  async #ask(what: string, serve: () => void): Promise<void> {
    if (this.#useless || !this.#began) {
      throw new LogError(`cannot ${what}: the producer is not usable`, { kind: "unknown-outcome", code: "closed" });
    }
    try {
      await ask(this.#link, this.#process, what, "unknown-outcome", serve);
    } catch (error) {
      if (error instanceof LogError && error.kind !== "retriable") this.#useless = true;
      throw error;
    }
  }
}

interface Position {
  next: number | null;
  paused: boolean;
}

const heartbeatMs = 3000;

class FakeConsumer implements LogConsumer {
  readonly #broker: FakeBroker;
  readonly #link: Link;
  readonly #process: SimProcess;
  readonly #options: ConsumerOptions;
  readonly #member: string;
  readonly #happened: LogHappening[] = [];
  readonly #positions = new Map<string, Position & { readonly partition: TopicPartition }>();
  #turn = 0;
  #closed = false;
  #cancelHeartbeat: () => void = () => {};
  #mustJoin = false;
  #wake: (() => void) | null = null;

  constructor(broker: FakeBroker, link: Link, process: SimProcess, options: ConsumerOptions, member: string) {
    this.#broker = broker;
    this.#link = link;
    this.#process = process;
    this.#options = options;
    this.#member = member;
  }

  async join(): Promise<void> {
    const { group, topics } = this.#options;
    const { partitions } = await this.#ask("join", () => this.#broker.join(group, this.#member, topics));
    this.#positions.clear();
    for (const partition of partitions) this.#positions.set(keyOf(partition), { partition, next: null, paused: true });
    this.#tell({ kind: "assigned", partitions });
    this.#scheduleHeartbeat();
  }

  async poll(timeoutMs: number): Promise<LogHappening> {
    const until = this.#process.host.clock.now() + timeoutMs;
    for (;;) {
      const happened = this.#happened.shift();
      if (happened !== undefined) return happened;
      const ready = this.#ready();
      if (ready === null) {
        const left = until - this.#process.host.clock.now();
        if (left <= 0 || this.#closed) return { kind: "idle" };
        await this.#wait(left);
        continue;
      }
      const from = ready.next!;
      const { partition } = ready;
      const fetched = await this.#ask("fetch", () => this.#broker.fetch(partition, from, this.#options.maxRecords));
      // Sought, paused or taken away meanwhile: what came is not given.
      if (this.#positions.get(keyOf(partition)) !== ready || ready.paused || ready.next !== from) continue;
      const last = fetched.records.at(-1);
      if (last === undefined) continue;
      ready.next = last.offset + 1;
      return { kind: "records", ...partition, from, records: fetched.records, end: fetched.end };
    }
  }

  seek(partition: TopicPartition, offset: number): void {
    const known = this.#positions.get(keyOf(partition));
    if (known !== undefined) known.next = offset;
    this.#wake?.();
  }

  pause(partition: TopicPartition): void {
    const known = this.#positions.get(keyOf(partition));
    if (known !== undefined) known.paused = true;
  }

  resume(partition: TopicPartition): void {
    const known = this.#positions.get(keyOf(partition));
    if (known !== undefined) known.paused = false;
    this.#wake?.();
  }

  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    await this.#ask("commitOffsets", () => this.#broker.commitAsMember(this.#options.group, this.#member, offsets));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelHeartbeat();
    this.#wake?.();
    await this.#ask("leave", () => this.#broker.leave(this.#options.group, this.#member)).catch(() => {});
  }

  #ready(): (Position & { readonly partition: TopicPartition }) | null {
    const all = [...this.#positions.values()];
    for (let i = 0; i < all.length; i++) {
      const candidate = all[(this.#turn + i) % all.length]!;
      if (candidate.paused || candidate.next === null) continue;
      if (!this.#broker.hasRecords(candidate.partition, candidate.next)) continue;
      this.#turn = (this.#turn + i + 1) % all.length;
      return candidate;
    }
    return null;
  }

  #scheduleHeartbeat(): void {
    if (this.#closed) return;
    this.#cancelHeartbeat = this.#process.host.clock.schedule(heartbeatMs, () => void this.#heartbeat());
  }

  async #heartbeat(): Promise<void> {
    if (this.#closed) return;
    const { group } = this.#options;
    try {
      if (
        !this.#mustJoin &&
        (await this.#ask("heartbeat", () => this.#broker.heartbeat(group, this.#member))) === "stable"
      ) {
        this.#scheduleHeartbeat();
        return;
      }
    } catch (error) {
      if (!(error instanceof LogError) || error.code !== "unknown-member-id") {
        this.#scheduleHeartbeat();
        return;
      }
    }
    if (this.#closed) return;
    if (!this.#mustJoin) this.#tell({ kind: "rebalancing" });
    try {
      await this.join();
      this.#mustJoin = false;
    } catch {
      // The broker may count it as joined; what it was given is in the answer that did not come.
      this.#mustJoin = true;
      this.#scheduleHeartbeat();
    }
  }

  #tell(happening: LogHappening): void {
    this.#happened.push(happening);
    this.#wake?.();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        unwatch();
        this.#wake = null;
        resolve();
      };
      const cancel = this.#process.host.clock.schedule(ms, done);
      const unwatch = this.#broker.watch(() => this.#process.deliver(done));
      this.#wake = done;
    });
  }

  #ask<T>(what: string, serve: () => T): Promise<T> {
    return ask(this.#link, this.#process, what, "retriable", serve);
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}

async function ask<T>(
  link: Link,
  process: SimProcess,
  what: string,
  noReply: LogErrorKind,
  serve: () => T,
): Promise<T> {
  try {
    return await link.call(process, what, serve);
  } catch (error) {
    if (error instanceof NoReplyError) {
      throw new LogError(error.message, { kind: noReply, code: "no-reply", cause: error });
    }
    if (error instanceof BrokerError) {
      const kind =
        error.code === "fenced"
          ? "fenced"
          : error.code === "concurrent-transactions" || error.code === "unknown-member-id"
            ? "retriable"
            : "fatal";
      throw new LogError(`cannot ${what}: ${error.code}`, { kind, code: error.code, cause: error });
    }
    throw error;
  }
}
