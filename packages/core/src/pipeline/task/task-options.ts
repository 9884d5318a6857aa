import type { EngineOptions } from "../../engine/types.ts";
import type { Plan } from "../../plan.ts";
import type { Decoder } from "../contracts/decoder.ts";
import type { Host } from "../contracts/host.ts";
import type { Counts, PipelineObserver } from "../contracts/observer.ts";
import type { AlertHeaders, PipelineSettings } from "../contracts/pipeline.ts";
import type { LivePublisher } from "../live/live-publisher.ts";
import type { TableRows } from "../tables/table-rows.ts";
import type { Committer } from "./committer.ts";
import type { OutputTopics } from "./evaluator.ts";
import type { Turns } from "./turns.ts";
import type { TaskStore } from "./task-store.ts";

/** What a task needs of where its records come from. */
export interface TaskSource {
  /** Makes reading of an input go on at `offset`. */
  seek(input: number, offset: number): void | Promise<void>;
  pause(input: number): void;
  resume(input: number): void;
  /** What there is to read. */
  range(input: number): Promise<{ readonly start: number; readonly end: number }>;
}

export interface TaskOptions {
  readonly task: string;
  readonly plan: Plan;
  readonly engine: EngineOptions;
  /** Why a replay would not make the same state again, because of what the engine is given; `null` where it would. */
  readonly notReplayable: string | null;
  readonly inputs: readonly { readonly topic: string; readonly partition: number; readonly decoder: Decoder }[];
  readonly source: TaskSource;
  readonly topics: OutputTopics;
  readonly partitions: number;
  readonly committer: Committer;
  readonly store: TaskStore;
  readonly live: LivePublisher | null;
  /** Rows of lookup tables that have sources. */
  readonly tables: TableRows;
  /** Of all tasks of the process. */
  readonly turns: Turns;
  readonly alertHeaders: AlertHeaders | undefined;
  readonly host: Host;
  readonly settings: PipelineSettings;
  readonly observer: PipelineObserver;
  readonly onCommitted: (counts: Counts) => void;
  readonly onHalt: (error: Error) => void;
}
