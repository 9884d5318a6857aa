import type { LiveEntry } from "../contracts/live-view.ts";
import type { StateDelta, StateVersion, StoredTask } from "../contracts/state-store.ts";
import type { CommitMetadata } from "./commit-metadata.ts";
import type { Batch } from "./batch.ts";

/** A batch that is closed and waits for its commit; making it again with the same content is always right. */
export interface PendingCommit {
  /** Unique. */
  readonly token: string;
  readonly batch: Batch;
  /** The next offset of each input. */
  readonly positions: readonly number[];
  readonly metadata: CommitMetadata;
  /** What is staged with it; `null` where it makes no checkpoint. */
  readonly delta: StateDelta | null;
  /** What is shown of it to others. */
  readonly live: readonly LiveEntry[];
  /** When it was sealed, on the host's clock. */
  readonly startedAt: number;
}

/** What was committed last, of all owners. */
export interface CommittedPoint {
  /** `null` where nothing was committed by a pipeline. */
  readonly metadata: CommitMetadata | null;
  /** Where to go on; `null` for inputs without an offset. */
  readonly positions: readonly (number | null)[];
}

/** What the task holds in memory when it is taken again. */
export interface Held {
  /** The commit that memory stands at, and what is not decided. */
  readonly commit: string;
  readonly state: StateVersion;
  readonly pending: PendingCommit | null;
}

export interface Taken {
  readonly point: CommittedPoint;
  readonly stored: StoredTask;
  /**
   * What memory is worth: `undecided` it stands where the last commit is, what is pending did not happen; `decided` the pending commit
   * happened; `stale` others committed since, or there is none.
   */
  readonly memory: "undecided" | "decided" | "stale";
}

/** How a task takes possession and makes what it evaluated permanent: the protocol of a kind of delivery. */
export interface Committer {
  readonly delivery: "exactly-once" | "at-least-once";
  /** Takes the task from whoever has it and finds out what was committed. */
  take(held: Held | null): Promise<Taken>;
  /**
   * Makes a pending commit permanent; calls `decided` at the instant from which it is, whatever fails later.
   * On an error before, only `take` tells whether it happened.
   */
  commit(pending: PendingCommit, decided: () => void): Promise<void>;
  /** Gets what a batch has so far, where its outputs need not wait for the commit. */
  offer?(batch: Batch): void;
  /** Never throws. */
  close(): Promise<void>;
}
