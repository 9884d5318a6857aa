import {
  type CommittedOffset,
  type LogMessage,
  type LogRecord,
  type OffsetToCommit,
  type TopicPartition,
} from "@weir/core";
import type { SeededRandom } from "./seeded-random.ts";
import type { Tally } from "./tally.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What a broker answers instead of doing what it was asked. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly code: "fenced" | "concurrent-transactions" | "unknown-topic" | "unknown-member-id" | "invalid-state";

  constructor(code: BrokerError["code"]) {
    super(code);
    this.code = code;
  }
}

interface Transaction {
  state: "open" | "committed" | "aborted";
  readonly partitions: Set<PartitionLog>;
  readonly offsets: { readonly group: string; readonly offsets: readonly OffsetToCommit[] }[];
}

/** One offset: a record, or (`null`) a marker that ends a transaction. */
interface Slot {
  readonly record: LogRecord | null;
  readonly transaction: Transaction | null;
}

class PartitionLog {
  start = 0;
  readonly slots: Slot[] = [];

  /** Below it everything is decided. */
  get stableEnd(): number {
    const open = this.slots.findIndex(({ transaction }) => transaction?.state === "open");
    return open === -1 ? this.slots.length : open;
  }
}

interface Coordinator {
  epoch: number;
  transaction: Transaction | null;
  /** Decided, and the markers are being written. */
  completing: boolean;
}

interface Member {
  readonly id: string;
  readonly topics: readonly string[];
  seenAt: number;
  generation: number;
}

interface Group {
  readonly committed: Map<string, CommittedOffset>;
  readonly highest: Map<string, number>;
  readonly members: Map<string, Member>;
  generation: number;
  /** By partition number: its owner. */
  readonly owners: Map<number, string>;
}

const sessionTimeoutMs = 10_000;

/** A Kafka cluster, as far as a client can see it: logs, transactions with fencing, committed offsets, groups. */
export class FakeBroker {
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #tally: Tally;
  readonly #topics = new Map<string, PartitionLog[]>();
  readonly #coordinators = new Map<string, Coordinator>();
  readonly #groups = new Map<string, Group>();
  readonly #watchers = new Set<() => void>();
  /** Called with each transaction that is decided for, before anybody can read it. */
  onCommit: (transactionalId: string, epoch: number, offsets: readonly OffsetToCommit[]) => void = () => {};

  constructor(time: VirtualTime, random: SeededRandom, tally: Tally) {
    this.#time = time;
    this.#random = random;
    this.#tally = tally;
  }

  createTopic(topic: string, partitions: number): void {
    this.#topics.set(
      topic,
      Array.from({ length: partitions }, () => new PartitionLog()),
    );
  }

  growTopic(topic: string, partitions: number): void {
    const logs = this.#logs(topic);
    while (logs.length < partitions) logs.push(new PartitionLog());
  }

  partitionCount(topic: string): number {
    return this.#logs(topic).length;
  }

  /** Writes outside of a transaction. */
  append(message: LogMessage): void {
    this.#write(message, null);
    this.#wake();
  }

  /** Retention: forgets the records before an offset. */
  trim({ topic, partition }: TopicPartition, start: number): void {
    const log = this.#log(topic, partition);
    log.start = Math.max(log.start, Math.min(start, log.slots.length));
  }

  offsets({ topic, partition }: TopicPartition): { start: number; end: number } {
    const log = this.#log(topic, partition);
    return { start: log.start, end: log.stableEnd };
  }

  /** Records from an offset on, as a `read_committed` consumer gets them. An offset below the start gives what there is. */
  fetch({ topic, partition }: TopicPartition, offset: number, max: number): { records: LogRecord[]; end: number } {
    const log = this.#log(topic, partition);
    const end = log.stableEnd;
    const records: LogRecord[] = [];
    for (let i = Math.max(offset, log.start); i < end && records.length < max; i++) {
      const { record, transaction } = log.slots[i]!;
      if (record !== null && transaction?.state !== "aborted") records.push(record);
    }
    return { records, end };
  }

  /** Every record ever written to a partition outside of transactions, also those that retention took. */
  everything({ topic, partition }: TopicPartition): LogRecord[] {
    return this.#log(topic, partition).slots.flatMap(({ record }) => (record === null ? [] : [record]));
  }

  hasRecords(partition: TopicPartition, offset: number): boolean {
    return this.fetch(partition, offset, 1).records.length > 0;
  }

  /** Calls once when something may be there to read. */
  watch(act: () => void): () => void {
    this.#watchers.add(act);
    return () => this.#watchers.delete(act);
  }

  initProducerId(id: string): number {
    const coordinator = this.#coordinator(id);
    if (coordinator.completing) throw this.#busy();
    if (coordinator.transaction !== null) {
      // The predecessor's open transaction is aborted, and it is fenced from now on.
      coordinator.epoch++;
      this.#tally.fired("open transaction aborted by a successor");
      this.#complete(coordinator, "aborted");
      throw this.#busy();
    }
    coordinator.epoch++;
    return coordinator.epoch;
  }

  produce(id: string, epoch: number, messages: readonly LogMessage[]): void {
    const transaction = this.#transaction(id, epoch);
    for (const message of messages) this.#write(message, transaction);
  }

  addOffsets(id: string, epoch: number, group: string, offsets: readonly OffsetToCommit[]): void {
    this.#transaction(id, epoch).offsets.push({ group, offsets });
  }

  endTransaction(id: string, epoch: number, commits: boolean): void {
    const coordinator = this.#fencedCoordinator(id, epoch);
    if (coordinator.completing) throw this.#busy();
    if (coordinator.transaction === null) throw new BrokerError("invalid-state");
    if (commits) {
      const offsets = coordinator.transaction.offsets.flatMap((added) => added.offsets);
      this.onCommit(id, epoch, offsets);
    }
    this.#complete(coordinator, commits ? "committed" : "aborted");
  }

  commitOffsets(group: string, offsets: readonly OffsetToCommit[]): void {
    const { committed, highest } = this.#group(group);
    for (const { topic, partition, offset, metadata } of offsets) {
      const name = `${topic}:${partition}`;
      committed.set(name, { offset, metadata });
      highest.set(name, Math.max(offset, highest.get(name) ?? 0));
    }
  }

  /** Commits as a member of the group, which has to be one still. */
  commitAsMember(groupName: string, memberId: string, offsets: readonly OffsetToCommit[]): void {
    const group = this.#group(groupName);
    if (group.members.get(memberId)?.generation !== group.generation) {
      this.#tally.fired("commit of a member of yesterday");
      throw new BrokerError("unknown-member-id");
    }
    this.commitOffsets(groupName, offsets);
  }

  /** What is committed, without waiting for transactions that are being completed. */
  fetchOffsets(group: string, partitions: readonly TopicPartition[]): (CommittedOffset | null)[] {
    const { committed } = this.#group(group);
    return partitions.map(({ topic, partition }) => committed.get(`${topic}:${partition}`) ?? null);
  }

  /** The highest offset that was ever committed. */
  highestCommitted(group: string, { topic, partition }: TopicPartition): number {
    return this.#group(group).highest.get(`${topic}:${partition}`) ?? 0;
  }

  /** Joins, or comes back after a rebalance: gives the partitions, of all topics with their number, that are the member's now. */
  join(
    groupName: string,
    memberId: string,
    topics: readonly string[],
  ): { generation: number; partitions: TopicPartition[] } {
    const group = this.#group(groupName);
    if (!group.members.has(memberId)) {
      group.members.set(memberId, { id: memberId, topics, seenAt: this.#time.now(), generation: 0 });
      this.#rebalance(group);
    }
    const member = group.members.get(memberId)!;
    member.seenAt = this.#time.now();
    member.generation = group.generation;
    const partitions = [...group.owners]
      .filter(([, owner]) => owner === memberId)
      .flatMap(([partition]) => topics.map((topic) => ({ topic, partition })));
    return { generation: group.generation, partitions };
  }

  /** Whether the member has to join again. */
  heartbeat(groupName: string, memberId: string): "stable" | "rebalance" {
    const group = this.#group(groupName);
    this.#expire(group);
    const member = group.members.get(memberId);
    if (member === undefined) throw new BrokerError("unknown-member-id");
    member.seenAt = this.#time.now();
    return member.generation === group.generation ? "stable" : "rebalance";
  }

  leave(groupName: string, memberId: string): void {
    const group = this.#group(groupName);
    if (group.members.delete(memberId)) this.#rebalance(group);
  }

  #write(message: LogMessage, transaction: Transaction | null): void {
    const logs = this.#logs(message.topic);
    const partition = message.partition ?? hash(message.key) % logs.length;
    const log = logs[partition];
    if (log === undefined) throw new BrokerError("unknown-topic");
    const record: LogRecord = {
      offset: log.slots.length,
      timestamp: this.#time.now(),
      key: bytes(message.key),
      value: bytes(message.value),
      headers: { ...message.headers },
    };
    log.slots.push({ record, transaction });
    transaction?.partitions.add(log);
  }

  #transaction(id: string, epoch: number): Transaction {
    const coordinator = this.#fencedCoordinator(id, epoch);
    if (coordinator.completing) throw this.#busy();
    coordinator.transaction ??= { state: "open", partitions: new Set(), offsets: [] };
    return coordinator.transaction;
  }

  /** The decision is made; markers, and with them what readers and OffsetFetch see, follow a little later. */
  #complete(coordinator: Coordinator, state: "committed" | "aborted"): void {
    const transaction = coordinator.transaction!;
    coordinator.completing = true;
    this.#time.schedule(this.#random.int(0, 30), () => {
      transaction.state = state;
      for (const log of transaction.partitions) log.slots.push({ record: null, transaction: null });
      if (state === "committed") {
        for (const { group, offsets } of transaction.offsets) this.commitOffsets(group, offsets);
      }
      coordinator.transaction = null;
      coordinator.completing = false;
      this.#wake();
    });
  }

  #fencedCoordinator(id: string, epoch: number): Coordinator {
    const coordinator = this.#coordinator(id);
    if (coordinator.epoch === epoch) return coordinator;
    this.#tally.fired("producer fenced");
    throw new BrokerError("fenced");
  }

  #busy(): BrokerError {
    this.#tally.fired("concurrent transactions");
    return new BrokerError("concurrent-transactions");
  }

  /** Members that went silent are gone; the others' share is as equal as it can be with the fewest moves. */
  #expire(group: Group): void {
    let gone = false;
    for (const [id, member] of group.members) {
      if (this.#time.now() - member.seenAt <= sessionTimeoutMs) continue;
      group.members.delete(id);
      this.#tally.fired("member expired");
      gone = true;
    }
    if (gone) this.#rebalance(group);
  }

  #rebalance(group: Group): void {
    group.generation++;
    this.#tally.fired("rebalance");
    const members = [...group.members.values()];
    if (members.length === 0) {
      group.owners.clear();
      return;
    }
    const count = this.partitionCount(members[0]!.topics[0]!);
    const most = Math.ceil(count / members.length);
    const load = new Map(members.map(({ id }) => [id, 0]));
    for (let partition = 0; partition < count; partition++) {
      const owner = group.owners.get(partition);
      const held = owner === undefined ? undefined : load.get(owner);
      if (owner !== undefined && held !== undefined && held < most) load.set(owner, held + 1);
      else group.owners.delete(partition);
    }
    for (let partition = 0; partition < count; partition++) {
      if (group.owners.has(partition)) continue;
      const [least] = [...load].reduce((a, b) => (b[1] < a[1] ? b : a));
      group.owners.set(partition, least);
      load.set(least, load.get(least)! + 1);
    }
    this.#wake();
  }

  #wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const act of watchers) act();
  }

  #coordinator(id: string): Coordinator {
    let known = this.#coordinators.get(id);
    if (known === undefined) {
      this.#coordinators.set(id, (known = { epoch: 0, transaction: null, completing: false }));
    }
    return known;
  }

  #group(name: string): Group {
    let known = this.#groups.get(name);
    if (known === undefined) {
      this.#groups.set(
        name,
        (known = { committed: new Map(), highest: new Map(), members: new Map(), generation: 0, owners: new Map() }),
      );
    }
    return known;
  }

  #logs(topic: string): PartitionLog[] {
    const logs = this.#topics.get(topic);
    if (logs === undefined) throw new BrokerError("unknown-topic");
    return logs;
  }

  #log(topic: string, partition: number): PartitionLog {
    const log = this.#logs(topic)[partition];
    if (log === undefined) throw new BrokerError("unknown-topic");
    return log;
  }
}

function bytes(value: Uint8Array | string | null): Uint8Array | null {
  return typeof value === "string" ? Buffer.from(value) : value;
}

function hash(key: Uint8Array | string | null): number {
  let h = 7;
  for (const byte of bytes(key) ?? []) h = (Math.imul(h, 31) + byte) >>> 0;
  return h;
}
