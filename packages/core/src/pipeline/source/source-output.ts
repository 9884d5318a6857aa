import type { DependencyStatus } from "../contracts/pipeline.ts";
import type { Committer } from "../task/committer.ts";
import type { OutputTopics } from "../task/evaluator.ts";
import type { TaskNames } from "../task/task-names.ts";
import type { TaskStore } from "../task/task-store.ts";

/** Where a pipeline over a source writes to, and what makes that permanent. */
export interface SourceOutput {
  readonly topics: OutputTopics;
  committer(names: TaskNames, store: TaskStore): Committer;
  /** Before the source is read. */
  start(): Promise<void>;
  /** Ends after what is at hand, or after the deadline. Resolves with whether nothing was left in the middle. */
  stop(deadlineMs: number): Promise<boolean>;
  status(): readonly DependencyStatus[];
}
