import type { Headers, TopicPartition } from "./log.ts";

/** The steps of a commit, in order. In at-least-once delivery `offsets` comes last and there is no `decide`. */
export type CommitStep = "evaluate" | "stage" | "send" | "offsets" | "decide" | "promote" | "done";

/** The steps of an acquisition, in order: fence, producer (InitProducerId), committed offset, state. */
export type AcquireStep = "fence" | "init" | "committed" | "recover";

/** Where a task is. */
export type TaskPhase = "acquiring" | "running" | "waiting" | "released" | "halted";

export type BreakerState = "closed" | "open" | "half-open";

/** What a pipeline tells of itself: for logs, metrics, spans and tests. Times in milliseconds. */
export type PipelineEvent =
  | { readonly kind: "assigned"; readonly partitions: readonly TopicPartition[] }
  | { readonly kind: "phase"; readonly task: string; readonly phase: TaskPhase; readonly reason: string | null }
  | { readonly kind: "acquire-step"; readonly task: string; readonly step: AcquireStep }
  | {
      readonly kind: "acquired";
      readonly task: string;
      readonly version: number;
      readonly position: readonly number[];
      /** Whether the state was still in memory, was loaded, or was made again from the log. */
      readonly state: "kept" | "loaded" | "rebuilt" | "empty";
      readonly ms: number;
    }
  /** The commit of a batch begins; it comes again where that has to be made anew. Its steps follow. */
  | {
      readonly kind: "batch";
      readonly task: string;
      readonly version: number;
      readonly inputs: readonly TopicPartition[];
      readonly records: number;
      readonly work: BatchWork;
      readonly delivery: "exactly-once" | "at-least-once";
      /** How many messages go to which topic. */
      readonly messages: ReadonlyMap<string, number>;
    }
  | { readonly kind: "commit-step"; readonly task: string; readonly step: CommitStep; readonly version: number }
  | {
      readonly kind: "committed";
      readonly task: string;
      readonly version: number;
      readonly counts: Counts;
      /** Records behind the ends of the inputs. */
      readonly lag: number;
      readonly upserts: number;
      readonly deletes: number;
      readonly stateBytes: number;
      readonly ms: number;
    }
  | {
      readonly kind: "alert";
      readonly task: string;
      readonly rule: string;
      readonly severity: string;
      readonly status: string;
      /** Append time of the record that made it, or that moved the clock to it, for the end-to-end latency; `null` where time alone did. */
      readonly appendedAt: number | null;
      /** What the alert took over from the headers of its own event's record (`carriedHeaders`); of one that the clock made, nothing. */
      readonly headers: Headers;
    }
  | {
      readonly kind: "dead-letter";
      readonly task: string;
      readonly code: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      readonly message: string;
    }
  | {
      readonly kind: "late";
      readonly task: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      readonly behindMs: number;
    }
  | {
      readonly kind: "gap";
      readonly task: string;
      readonly topic: string;
      readonly partition: number;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: "table-read"; readonly table: string; readonly rows: number; readonly ms: number }
  /** The rows of a lookup table could not be read anew: the old ones stay. */
  | { readonly kind: "table-failed"; readonly table: string; readonly error: unknown }
  /** With `residentKeys`: keys were looked up in the store before their events; the others of those asked for are new. */
  | { readonly kind: "keys-read"; readonly task: string; readonly asked: number; readonly found: number }
  /** With `residentKeys`: stored entries were looked through for keys that never came back; some had no live state any more. */
  | { readonly kind: "keys-swept"; readonly task: string; readonly looked: number; readonly gone: number }
  /** With `residentKeys`: keys left memory. */
  | { readonly kind: "keys-left"; readonly task: string; readonly keys: number }
  | { readonly kind: "paused" | "resumed"; readonly task: string; readonly records: number; readonly bytes: number }
  | {
      readonly kind: "retry";
      readonly dependency: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: unknown;
    }
  | { readonly kind: "breaker"; readonly dependency: string; readonly state: BreakerState }
  | {
      readonly kind: "delivered";
      readonly sink: string;
      /** Those that it took, and besides these those that it refused. */
      readonly alerts: number;
      readonly refused: number;
      readonly ms: number;
      /** Of all these alerts, one after the other. */
      readonly headers: readonly Headers[];
    }
  | { readonly kind: "sink-stopped"; readonly sink: string; readonly error: unknown }
  | { readonly kind: "halted"; readonly error: Error };

/** How a batch came to be, on the host's clock. */
export interface BatchWork {
  /** When its first record came from the input; from then until `startedAt` it waited. */
  readonly receivedAt: number;
  /** When that record was taken to be evaluated. */
  readonly startedAt: number;
  /** How long decoding and evaluating took, waits in between left out. */
  readonly decodeMs: number;
  readonly evaluateMs: number;
}

/** What became of events. Every event consumed is one of processed, late, dead letter, or (a tombstone, an empty record) skipped. */
export interface Counts {
  readonly consumed: number;
  readonly processed: number;
  readonly late: number;
  readonly deadLetters: number;
  readonly skipped: number;
  readonly alerts: number;
}

/** Called with each event, in order. It must be quick; what it throws is dropped: nothing that was done depends on who hears of it. */
export type PipelineObserver = (event: PipelineEvent) => void;
