/** One partition of one topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as the log gives it. */
export interface LogRecord {
  readonly offset: number;
  /** When the log took it (append time), or when its producer made it where the topic is set so: epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  /** `null` is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
}

export type Headers = Readonly<Record<string, Uint8Array | string>>;

/** A record to be written. Text is written as UTF-8. */
export interface LogMessage {
  readonly topic: string;
  /** Where it must go; else the log's partitioner decides from the key. */
  readonly partition?: number;
  readonly key: Uint8Array | string | null;
  readonly value: Uint8Array | string | null;
  readonly headers: Readonly<Record<string, Uint8Array | string>>;
}

/** The next offset to read, and what the committer wrote next to it (`""` where nothing). */
export interface CommittedOffset {
  readonly offset: number;
  readonly metadata: string;
}

export interface OffsetToCommit extends TopicPartition, CommittedOffset {}

/** The next thing that happened to a consumer. */
export type LogHappening =
  /** Records of one partition, ascending, at most what was asked for (a single larger record comes alone). */
  | {
      readonly kind: "records";
      readonly topic: string;
      readonly partition: number;
      /** The position that these records follow: the one of `seek`, or the one after the records given before. */
      readonly from: number;
      readonly records: readonly LogRecord[];
      /** The offset after the last record of the partition, for the lag. */
      readonly end: number;
    }
  /**
   * The group was balanced anew: these partitions, all of them, are this consumer's now. Each is paused and without a position,
   * also those it had before: nothing of it comes until `seek` and `resume`.
   */
  | { readonly kind: "assigned"; readonly partitions: readonly TopicPartition[] }
  /** The group is being balanced: what is not committed within about two seconds may belong to another one then. */
  | { readonly kind: "rebalancing" }
  /** Nothing within the time given. */
  | { readonly kind: "idle" };

export interface ConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Bounds of one `records` happening. */
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Whether records of open and aborted transactions are left out. Always so for input of an exactly-once pipeline. */
  readonly readCommitted: boolean;
}

/**
 * A member of a consumer group.
 *
 * One call of `poll` at a time; the others may be made meanwhile. Between calls of `poll` the consumer keeps its membership
 * (heartbeats) for as long as the process runs; it fetches no more than about one batch ahead of what was polled. `seek`, `pause` and
 * `resume` of a partition that is not assigned do nothing.
 */
export interface LogConsumer {
  /** The next thing that happened, waiting for up to `timeoutMs`. Throws `retriable` while the log cannot be reached, `fatal` where it never will be. */
  poll(timeoutMs: number): Promise<LogHappening>;
  /**
   * Sets where reading goes on; it stays paused or not. After it no record comes that was fetched for an earlier position.
   * An offset that the log no longer has, or not yet, is never replaced in silence: reading starts at the first record there is after it.
   */
  seek(partition: TopicPartition, offset: number): void;
  /** After it no record of the partition comes, until `resume`, which goes on with the first record not yet given. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** Commits offsets outside of a transaction (at-least-once). Repeating it is harmless. */
  commit(offsets: readonly OffsetToCommit[]): Promise<void>;
  /** Leaves the group. Never throws. */
  close(): Promise<void>;
}

/** Writes without a transaction. `send` resolves when all replicas in sync have the messages; on `retriable` some may have been written. */
export interface LogProducer {
  send(messages: readonly LogMessage[]): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/**
 * Writes messages and offsets all or nothing: begin, send*, sendOffsets, commit.
 *
 * One call at a time. `sendOffsets` comes after the sends. After `unknown-outcome` or `fenced` nothing but `close` may be called.
 */
export interface TransactionalProducer {
  begin(): Promise<void>;
  /** Resolves when the messages are part of the transaction. */
  send(messages: readonly LogMessage[]): Promise<void>;
  sendOffsets(group: string, offsets: readonly OffsetToCommit[]): Promise<void>;
  /** The decision. Resolves when the transaction is committed, whatever a reader sees of it yet; any failure is `unknown-outcome` or `fenced`. */
  commit(): Promise<void>;
  abort(): Promise<void>;
  /** Drops the connection; a transaction left open is resolved by the next producer of the id, or by its timeout. Never throws. */
  close(): Promise<void>;
}

/**
 * A partitioned log with consumer groups and transactions: Kafka, behind what Weir needs of it.
 *
 * Every call throws `LogError` alone, and resolves or throws within a bounded time. Group membership is never relied on for
 * correctness: fencing is by transactional id.
 */
export interface Log {
  /** How many partitions a topic has. `fatal`, code `unknown-topic`, where there is none. */
  partitionCount(topic: string): Promise<number>;
  /** The first offset that the log still has, and the one after the last that a reader may see. */
  offsets(partition: TopicPartition): Promise<{ readonly start: number; readonly end: number }>;
  /** What a group has committed; `null` where nothing. Where a transaction that holds offsets is still open, the answer is as of before it. */
  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]>;
  consumer(options: ConsumerOptions): Promise<LogConsumer>;
  producer(): Promise<LogProducer>;
  /**
   * A new producer for the id. When it resolves, earlier producers of the id are fenced and what they left open is committed or
   * aborted for good, so that `committed` afterwards gives the final word.
   */
  transactionalProducer(transactionalId: string, transactionTimeoutMs: number): Promise<TransactionalProducer>;
  /** Ends all connections. Never throws. */
  close(): Promise<void>;
}
