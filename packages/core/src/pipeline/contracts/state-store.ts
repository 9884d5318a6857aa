import type { PackedEntries } from "../../snapshot/packed-entries.ts";

/**
 * A version of a task's state. `token` tells apart what different owners, or different attempts, staged as the same `version`:
 * two versions are the same one where both are equal. The state before the first commit is version 0 with the token `""`.
 */
export interface StateVersion {
  readonly version: number;
  readonly token: string;
}

/** One piece of state: of one key, or of the whole engine. Names are opaque, printable ASCII, at most 1,000 characters. */
export interface StateEntry {
  readonly name: string;
  readonly value: Uint8Array;
}

/** What leads from one version to the next. */
export interface StateDelta {
  readonly from: StateVersion;
  readonly to: StateVersion;
  /** What the runtime wants to know of `to` when it finds it: opaque text of up to 4,096 characters. */
  readonly meta: string;
  /**
   * Entries written, new ones or in place of the ones with the same name, and entries that are gone; one of these that is not there is
   * no error. A store keeps the chunks as they are, or reads them by `unpackEntries`; they are not written to afterwards.
   */
  readonly entries: PackedEntries;
  /** What is written is all there is: `from` is not compared with the base, and promoting drops every other entry. */
  readonly replace: boolean;
}

/** A version that the store has. */
export interface StoredVersion extends StateVersion {
  readonly meta: string;
}

export interface StagedVersion extends StoredVersion {
  readonly from: StateVersion;
  readonly replace: boolean;
}

/** Some entries of a base, and what a call for those after them says; `null` where there are none. */
export interface StatePage {
  readonly entries: readonly StateEntry[];
  readonly cursor: string | null;
}

/** What a store knows of a task. */
export interface StoredTask {
  /** `null` where nothing was ever promoted: all state is empty then. */
  readonly base: StoredVersion | null;
  /** Deltas staged and neither promoted nor collected, in no order. */
  readonly staged: readonly StagedVersion[];
}

/**
 * State of tasks: a base per task, and deltas staged on it, of which those that a commit decided for are promoted.
 *
 *   acquire(f)                   from now on only the holder of fence f may write
 *   read                         which version is the base, which are staged
 *   stage(f, delta)              keeps a delta, changes nothing else
 *   promote(f, to)               the base becomes `to`: all of the delta or nothing of it
 *   get(f, versions, names)      single entries of the base
 *   scan(f, version, cursor)     all entries of the base, some at a time, while it goes on changing
 *   collect(f, upTo)             drops staged deltas up to a version
 *
 * Every call of a task with a fence that is not equal to the newest acquired one throws `fenced` and does nothing: equality, never order,
 * because a store that lost writes may have an older fence again. Every call is idempotent, also when a late copy of it arrives after
 * later calls: it then does what it did before, or nothing. (A late copy of `acquire` takes the task from its newer owner, who then
 * acquires it again: the log decides who may commit, so this costs time alone.) Every call is atomic: another caller, and a crash, see all of it or nothing.
 * When a call resolves, its effect survives what the store promises to survive (a store may promise little: Redis can lose its last writes;
 * the runtime finds out by comparing versions).
 *
 * Throws `StateStoreError` alone, and resolves or throws within a bounded time.
 */
export interface StateStore {
  /** Whether another process, or this one after a restart, can find the state again; `false` of the memory store. */
  readonly durable: boolean;
  /** Makes `fence` (a text never used before) the fence of the task; gives the fence it replaces, or `null`. */
  acquire(task: string, fence: string): Promise<string | null>;
  read(task: string, fence: string): Promise<StoredTask>;
  /** The entries of the base, in chunks, in no order. Throws `mismatch` where the base is not `version`, at the start or on the way. */
  load(task: string, fence: string, version: StateVersion): AsyncIterable<readonly StateEntry[]>;
  /**
   * The entries of the base with these names, in no order; those that are not there are left out. Throws `mismatch` where the base is
   * none of `versions`: one, or the two between which a promotion is under way.
   */
  get(
    task: string,
    fence: string,
    versions: readonly StateVersion[],
    names: readonly string[],
  ): Promise<readonly StateEntry[]>;
  /**
   * Some entries of the base, a bounded number: the first ones with the cursor `""`, then those after a page with that page's cursor.
   * An entry that is there from the first call to the last one comes at least once, whatever else changes in between; with a cursor that the
   * store does not know any more it begins anew. Throws `mismatch` where the base is not `version`, which may be another one at each call.
   */
  scan(task: string, fence: string, version: StateVersion, cursor: string): Promise<StatePage>;
  /**
   * Keeps a delta under its `to`; the same `to` again replaces it. Throws `mismatch` where the base is not `from`, unless `replace`.
   * It also ends the count of `attempt`: what was evaluated up to here did not bring the process down.
   */
  stage(task: string, fence: string, delta: StateDelta): Promise<void>;
  /**
   * Applies the staged delta `to` to the base and drops it. Does nothing where the base is `to` already.
   * Throws `mismatch` where `to` is not staged, or (unless it replaces) its `from` is not the base.
   */
  promote(task: string, fence: string, to: StateVersion): Promise<void>;
  /** Drops the staged deltas whose version is `upTo` or below. */
  collect(task: string, fence: string, upTo: number): Promise<void>;
  /**
   * Notes that evaluation begins at `position` (opaque text) and gives how often it has begun there, this time included, with no
   * `stage` in between: how often it brought the process down, plus one. Another position begins at 1. Called again with the same
   * fence and position it counts no further. The count is `atLeast` or more.
   */
  attempt(task: string, fence: string, position: string, atLeast: number): Promise<number>;
  /** Forgets all of the task but the fence. For resets on purpose. */
  clear(task: string, fence: string): Promise<void>;
  /** Ends connections. Never throws. */
  close(): Promise<void>;
}
