import type { Alert } from "../../alert.ts";
import type { EngineOptions } from "../../engine/types.ts";
import type { Plan } from "../../plan.ts";
import type { PolicySettings } from "../policy/settings.ts";
import type { AlertFormat } from "./alert-format.ts";
import type { Decoder } from "./decoder.ts";
import type { Host } from "./host.ts";
import type { LiveWiring } from "./live-view.ts";
import type { Headers, Log, LogMessage } from "./log.ts";
import type { BreakerState, Counts, PipelineObserver, TaskPhase } from "./observer.ts";
import type { Sink } from "./sink.ts";
import type { Source } from "./source.ts";
import type { StateStore } from "./state-store.ts";
import type { TableWiring } from "./table-source.ts";

/** A topic that events come from. */
export interface InputTopic {
  readonly topic: string;
  readonly decoder: Decoder;
}

/** The log, and the topics that a pipeline writes. */
export interface TopicWiring {
  readonly log: Log;
  /** Where alerts go; the outbox that sinks read. */
  readonly alerts: string;
  /** How they are written there; not given: as JSON. */
  readonly alertFormat?: AlertFormat;
  readonly deadLetters: string;
  /** Where late events go as they came; not given: they are counted only. */
  readonly late?: string;
  /** Default `exactly-once`. */
  readonly delivery?: "exactly-once" | "at-least-once";
}

/** The log, and the topics that a pipeline reads and writes. */
export interface LogWiring extends TopicWiring {
  /** Topics with the same number of partitions and the same keys: partition n of all of them is one task. */
  readonly inputs: readonly InputTopic[];
}

/** A source that is no log, and where its bytes are understood. Alerts go to the sinks directly, or to topics, which the sinks then read. */
export interface SourceWiring {
  readonly source: Source;
  readonly decoder: Decoder;
  /** Takes dead letters, before what follows them is committed; not given: they are counted and observed only. Throws `SinkError`. */
  readonly deadLetters?: (letters: readonly LogMessage[]) => Promise<void>;
  /** Where alerts, dead letters and late events go; `deadLetters` is not asked then. */
  readonly topics?: TopicWiring;
}

export interface PipelineSettings {
  /** A commit is made after this time … Default 100. */
  readonly commitIntervalMs: number;
  /** … or after this many events, whichever is first. Default 5,000; up to four times as many while the last commit is under way. */
  readonly commitEvents: number;
  /** State is staged with every n-th commit; the events since are replayed at recovery. Default 1. Needs an input of one partition per task. */
  readonly checkpointEvery: number;
  /**
   * Under load, when more events wait than one commit takes, state is written for several commits together: at most about this much
   * later than outputs and offsets; the events since are replayed at recovery. Only where a replay makes the same again: one input
   * topic, rules without functions or tables of the host, `onGap: fail`. Default 1 s; 0: with each commit.
   */
  readonly checkpointMs: number;
  /**
   * About how many keys of a task may be in memory; the others are read from the state store before their next event. Keys for which
   * something is due by the clock stay beyond it. Default `null`: all are in memory.
   */
  readonly residentKeys: number | null;
  /** Most records, and bytes, that wait for evaluation in one task. Default 20,000 and 64 MB. */
  readonly queueRecords: number;
  readonly queueBytes: number;
  /** Most records of one poll. Default 2,000. */
  readonly pollRecords: number;
  /** A record whose event time is this far after its append time is a dead letter. Default 1 h. */
  readonly maxAheadMs: number;
  /** How often evaluation may begin at one position without a commit before its events are taken one by one. Default 3. */
  readonly maxCrashes: number;
  /** What to do where the log no longer has the next record. Default `fail`. */
  readonly onGap: "fail" | "earliest";
  /** What to do where committed state is lost: make it again from the log where that is possible (else halt), or halt. Default `rebuild`. */
  readonly onStateLost: "rebuild" | "halt";
  /** An input partition without records for this long no longer holds back the clock of its task. Default 30 s; matters for tasks of several topics. */
  readonly idleMs: number;
  /** Longest wait between attempts to take up a task again. Default 30 s. */
  readonly maxBackoffMs: number;
  /** How long a transaction may stay open. Default 60 s. */
  readonly transactionTimeoutMs: number;
  /** How long a rebalance, or a stop, waits for the commit under way. Default 2 s. */
  readonly releaseMs: number;
  /** How often the number of partitions is looked at, and with it whether the log answers at all. Default 15 s. */
  readonly partitionCheckMs: number;
  /** Names of headers that alerts take over from the record that made them. Default `correlation-id`, `traceparent`, `tracestate`. */
  readonly carriedHeaders: readonly string[];
}

export interface PipelineOptions {
  /** Names state, consumer groups and transactions: another name is another pipeline. */
  readonly name: string;
  readonly plan: Plan;
  readonly engine?: Pick<EngineOptions, "params" | "tables" | "functions" | "lateness" | "explain" | "onFunctionError">;
  readonly input: LogWiring | SourceWiring;
  readonly state: StateStore;
  readonly sinks?: readonly Sink[];
  /** Where the rows of TABLEs come from, by the name of the table; read before the start, and again while it runs. */
  readonly tables?: Readonly<Record<string, TableWiring>>;
  /** Values of rules that others may read, as of the last commit. */
  readonly live?: LiveWiring;
  readonly host: Host;
  readonly settings?: Partial<PipelineSettings>;
  readonly policies?: {
    readonly log?: Partial<PolicySettings>;
    readonly state?: Partial<PolicySettings>;
    readonly live?: Partial<PolicySettings>;
    /** By the name of the sink. */
    readonly sinks?: Readonly<Record<string, Partial<PolicySettings>>>;
  };
  readonly observer?: PipelineObserver;
  /**
   * Gives the headers of an alert from those that it takes over from its record: for traces. Called for each alert as it is made; it
   * must be quick and must not throw.
   */
  readonly alertHeaders?: AlertHeaders;
}

export type AlertHeaders = (alert: Alert, carried: Headers) => Headers;

/** How a dependency is: `degraded` while calls are retried, `down` while its circuit breaker is open. */
export interface DependencyStatus {
  readonly name: string;
  readonly health: "ok" | "degraded" | "down";
  readonly breaker: BreakerState;
  readonly lastError: string | null;
}

export interface TaskStatus {
  readonly task: string;
  readonly phase: TaskPhase;
  readonly reason: string | null;
  readonly version: number;
  readonly queued: number;
  readonly queuedBytes: number;
  readonly lag: number;
  /** Keys with live state, in memory. */
  readonly keys: number;
  /** Of them, with `residentKeys`, those that cannot leave memory; else all. */
  readonly heldKeys: number;
  /** The watermark, epoch ms. */
  readonly clock: number | null;
}

export interface PipelineStatus {
  readonly phase: "new" | "running" | "paused" | "stopping" | "stopped" | "halted";
  readonly tasks: readonly TaskStatus[];
  readonly dependencies: readonly DependencyStatus[];
  /** Since the start of this process, of what was committed. */
  readonly counts: Counts;
}

/** A running set of rules between its input and its outputs. */
export interface Pipeline {
  /** Checks the topics and begins; resolves when the group was joined. Throws `PipelineError`. */
  start(): Promise<void>;
  /** Stops taking records; what is queued waits. Membership and state are kept. */
  pause(): void;
  resume(): void;
  /** Stops taking records and resolves when all that was queued is evaluated and committed. */
  drain(): Promise<void>;
  /**
   * Commits what is evaluated and ends. Where that takes longer than `deadlineMs` (default 10 s) it is left: it was not committed and
   * is done again at the next start. Resolves with whether all was committed.
   */
  stop(options?: { readonly deadlineMs?: number }): Promise<{ readonly clean: boolean }>;
  status(): PipelineStatus;
  /** Resolves when the pipeline has stopped, rejects with a `PipelineError` when it halted. */
  readonly ended: Promise<void>;
}
