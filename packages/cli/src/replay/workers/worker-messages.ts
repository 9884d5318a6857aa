import type { AlertPlace, EngineStats, EventData, Plan } from "@weir/core";
import type { ReadErrorCode } from "@weir/connectors/files";

/** What a worker is to do: one shard of a plan over all events of the files. */
export interface WorkerTask {
  readonly plan: Plan;
  readonly index: number;
  readonly count: number;
  readonly paths: readonly string[];
  /** The stream of events that name none. */
  readonly stream: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, readonly EventData[]>>;
  readonly lateness: number | null;
  readonly until: number | null;
  /** Whether to stop at bad input. */
  readonly strict: boolean;
}

/** What is wrong with the input: a record, or a file that could not be read to its end. */
export type InputTrouble =
  | {
      readonly kind: "record";
      readonly file: string;
      readonly line: number;
      readonly reason: string;
      readonly text: string;
      readonly records: number;
    }
  | {
      readonly kind: "file";
      readonly file: string;
      readonly code: ReadErrorCode;
      readonly message: string;
      readonly hint: string | null;
    };

/** Of the first worker alone: what the input is like, which all see alike. */
export interface InputReport {
  readonly pushed: number;
  /** In the order in which they were met. */
  readonly troubles: readonly InputTrouble[];
  readonly late: readonly { readonly place: string; readonly reason: string; readonly behindMs: number }[];
}

/** What a worker says. Every `part` is answered, a few parts late at most. */
export type FromWorker =
  | {
      readonly kind: "part";
      /** How many alerts there are, and what they are as JSON, which is copied sooner than objects. */
      readonly alerts: number;
      readonly placed: string;
      readonly reached: AlertPlace;
      readonly input: InputReport | null;
    }
  /** All events are done; the counts. */
  | { readonly kind: "end"; readonly stats: EngineStats }
  /** The next chunk of a file is wanted. */
  | { readonly kind: "want"; readonly file: number }
  /** The plan cannot be run with these options. */
  | { readonly kind: "refused"; readonly message: string };

/** The next bytes of a file; `null` at its end, and where it cannot be read on, for which `error` says why. */
export interface Chunk {
  readonly kind: "chunk";
  readonly file: number;
  readonly bytes: SharedArrayBuffer | null;
  readonly error: { readonly code: ReadErrorCode; readonly message: string; readonly hint: string | null } | null;
}

/** `taken`: a part was taken; `stop`: nothing more is wanted. */
export type ToWorker = "taken" | "stop" | Chunk;

/** Parts that a worker may be ahead of their being taken. */
export const mostUntaken = 8;
