import { PipelineError } from "../contracts/pipeline-error.ts";
import type { StateVersion, StoredTask } from "../contracts/state-store.ts";
import { sameVersion } from "../stores/memory-store.ts";
import { readStateMeta } from "./commit-metadata.ts";
import type { Taken } from "./committer.ts";
import type { TaskStore } from "./task-store.ts";

/** Where a task starts from. */
export interface Start {
  /** The base that the state is loaded from; `null`: it begins empty. */
  readonly base: StateVersion | null;
  /** The version that goes by in the log; with `replaceNext` the store does not have it. */
  readonly state: StateVersion;
  /** Where the state stands, and reading begins. */
  readonly positions: readonly number[];
  /** Up to where outputs were committed already: what is made again before it is not written again. */
  readonly outputsFrom: readonly number[];
  /** Where the task once began. */
  readonly first: readonly number[];
  /** What the state's hash must be at `outputsFrom`; `null` where it was made with other rules. */
  readonly hash: string | null;
  /** Whether the next stage must write all of the state, because the store has another one. */
  readonly replaceNext: boolean;
  readonly how: "loaded" | "rebuilt" | "empty";
}

export interface RecoveryOptions {
  readonly task: string;
  readonly store: TaskStore;
  readonly partitions: number;
  /** Hash of the rules. */
  readonly rules: string;
  /** Why a replay would not make the same state again; `null` where it would. */
  readonly notReplayable: string | null;
  /** First offsets that the log has. */
  readonly logStarts: readonly number[];
}

const nothing: StateVersion = { version: 0, token: "" };

/** Brings the store to a version: it is the base, or is staged and then promoted. `false` where it has neither. */
export async function settle(store: TaskStore, stored: StoredTask, version: StateVersion): Promise<boolean> {
  if (sameVersion(stored.base, version)) return true;
  const staged = stored.staged.find((delta) => sameVersion(delta, version));
  if (staged === undefined || !(staged.replace || sameVersion(stored.base, staged.from))) return false;
  await store.promote(version);
  return true;
}

/** Finds the state that belongs to what was committed, or a way to make it again. Throws `PipelineError` where there is none. */
export async function recover(options: RecoveryOptions, { point, stored }: Taken): Promise<Start> {
  const { task, store, partitions, rules } = options;
  const { metadata } = point;
  if (metadata === null) return begin(options, point.positions, stored);
  if (metadata.partitions !== partitions) {
    throw new PipelineError(
      "partitions-changed",
      `the input of task \`${task}\` has ${partitions} partitions, its state was made with ${metadata.partitions}: keys are in other partitions now`,
      { task, hint: "make a new topic with the new number, or run under a new `name` to begin with empty state" },
    );
  }
  const positions = point.positions.map((position, i) => position ?? metadata.first[i] ?? 0);
  const common = {
    outputsFrom: positions,
    first: metadata.first,
    hash: metadata.rules === rules ? metadata.hash : null,
  };
  if (await settle(store, stored, metadata.state)) {
    if (metadata.state.version === 0) {
      return { ...common, base: null, state: nothing, positions: metadata.first, replaceNext: false, how: "empty" };
    }
    const base = await store.read().then((now) => now.base);
    const meta = readStateMeta(base?.meta ?? "");
    if (meta === null) {
      throw new PipelineError("state", `the state of task \`${task}\` does not say where it stands`, { task });
    }
    return {
      ...common,
      base: metadata.state,
      state: metadata.state,
      positions: meta.positions,
      replaceNext: false,
      how: "loaded",
    };
  }
  return rebuild(options, stored, metadata.state, common);
}

/** The first start of a task, or one after its offsets were set from outside. */
function begin(options: RecoveryOptions, committed: readonly (number | null)[], stored: StoredTask): Start {
  const { task, logStarts } = options;
  if (stored.base !== null) {
    throw new PipelineError(
      "state-lost",
      `task \`${task}\` has state of version ${stored.base.version}, but the log no longer knows what was committed with it`,
      { task, hint: `reset the task with an offset to begin at: \`weir reset CONFIG ${task}\`` },
    );
  }
  const positions = committed.map((position, i) => position ?? logStarts[i]!);
  return {
    base: null,
    state: nothing,
    positions,
    outputsFrom: positions,
    first: positions,
    hash: null,
    replaceNext: false,
    how: "empty",
  };
}

/** The committed state is neither in the store nor in memory: a replay from what there is, with outputs held back, makes it again. */
async function rebuild(
  options: RecoveryOptions,
  stored: StoredTask,
  lost: StateVersion,
  common: Pick<Start, "outputsFrom" | "first" | "hash">,
): Promise<Start> {
  const { task, notReplayable, logStarts } = options;
  const complain = (why: string): PipelineError =>
    new PipelineError(
      "state-lost",
      `the state of task \`${task}\` is lost: version ${lost.version} was committed and the store has ${stored.base === null ? "none" : `version ${stored.base.version}`}; ${why}`,
      {
        task,
        hint: `restore the store from a backup, or begin with empty state on purpose: \`weir reset CONFIG ${task}\``,
      },
    );
  if (notReplayable !== null) throw complain(notReplayable);
  const meta = readStateMeta(stored.base?.meta ?? "");
  const reachable = (from: readonly number[]): boolean =>
    from.every((offset, i) => offset >= logStarts[i]! && offset <= common.outputsFrom[i]!);
  if (stored.base !== null && meta !== null && reachable(meta.positions)) {
    return { ...common, base: stored.base, state: lost, positions: meta.positions, replaceNext: true, how: "rebuilt" };
  }
  if (!reachable(common.first)) throw complain("the log no longer has the events that it was made of");
  return { ...common, base: null, state: lost, positions: common.first, replaceNext: true, how: "rebuilt" };
}
