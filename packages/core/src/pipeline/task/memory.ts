import type { Host } from "../contracts/host.ts";
import type { LiveEntry } from "../contracts/live-view.ts";
import type { StateVersion } from "../contracts/state-store.ts";
import { Batch } from "./batch.ts";
import { type CommitMetadata, writeStateMeta } from "./commit-metadata.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { PendingCommit } from "./committer.ts";
import type { LivePublisher } from "../live/live-publisher.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Start } from "./recovery.ts";
import { uniqueName } from "./task-names.ts";

/** What a commit needs to know besides what was evaluated. */
export interface SealOptions {
  readonly host: Host;
  readonly partitions: number;
  /** Whether there is more to do than one commit takes. */
  readonly busy: boolean;
  /** Whether state must be written whatever the policy says: the task may not go on. */
  readonly last: boolean;
  /** Hash of the rules. */
  readonly rules: string;
  readonly live: LivePublisher | null;
}

/** Records taken one by one after crashes. */
const singleRecords = 2000;

/** What a task holds of its state: an engine, and what was made with it and is not committed. */
export class Memory {
  readonly evaluator: Evaluator;
  readonly first: readonly number[];
  readonly checkpoints: Checkpoints;
  /** Names the last commit that is known to have happened. */
  commit: string;
  /** The state version of the last checkpoint among those commits. */
  state: StateVersion;
  /** Sealed, its outcome not known. */
  pending: PendingCommit | null = null;
  /** What is made meanwhile. */
  building: Batch = new Batch();
  /** Whether the next commit must checkpoint all of the state, because the store does not have it. */
  replaceNext: boolean;
  /** While set, what is evaluated before these offsets was committed already: its outputs are dropped. */
  replay: { readonly until: readonly number[]; readonly hash: string | null } | null;
  /** Records to take one by one, each with a commit of its own, because evaluation crashed here before; 0 in normal times. */
  singly = 0;
  /** How often evaluation began at the next record; 0 before it began. */
  attempts = 0;
  /** The version before, while the store may not have promoted that of the last commit yet. */
  promoting: StateVersion | null = null;
  /** Whether keys may leave memory: nothing was done since the store has all that was committed. */
  mayLetGo = false;
  /** Whether something was committed since the state was loaded. */
  proven = false;
  /** Of commits that were put together with the next. */
  #unshown: readonly LiveEntry[] = [];

  constructor(evaluator: Evaluator, start: Start, commit: string, checkpoints: Checkpoints) {
    this.evaluator = evaluator;
    this.checkpoints = checkpoints;
    this.first = start.first;
    this.commit = commit;
    this.state = start.state;
    this.replaceNext = start.replaceNext;
    const replays = start.positions.some((position, i) => position < start.outputsFrom[i]!);
    this.replay = replays ? { until: start.outputsFrom, hash: start.hash } : null;
  }

  /** Whether everything evaluated is known to be committed. */
  get settled(): boolean {
    return this.pending === null && this.building.empty;
  }

  /** Whether state has to be written that no event to come would write. */
  isBehind(last: boolean): boolean {
    if (this.replay !== null) return false;
    return last ? this.checkpoints.isBehind : this.checkpoints.owes;
  }

  takeSingly(): void {
    this.singly = singleRecords;
  }

  /** Closes what is built: from here on its content never changes. */
  seal(positions: readonly number[], { host, partitions, busy, last, rules, live }: SealOptions): PendingCommit {
    const token = uniqueName(host.clock.now(), host.random);
    const { state: engine } = this.evaluator;
    const { state, first, building: batch, replaceNext } = this;
    const common = { commit: token, first, partitions, rules, hash: engine.hash(), clock: engine.clock() };
    const startedAt = host.clock.now();
    // The first commit after a start shows how far the task came, whatever brings it down then.
    const may = !last && !replaceNext && state.version > 0 && (this.proven || !busy) && this.singly === 0;
    if (may && this.checkpoints.skips(busy, startedAt)) {
      const metadata: CommitMetadata = { ...common, state };
      this.pending = { token, batch, positions, metadata, delta: null, live: [], startedAt };
    } else {
      const to = { version: state.version + 1, token };
      const shown = [...this.#unshown, ...(live?.entriesOf(engine.engine.liveChanges()) ?? [])];
      this.#unshown = [];
      const { replace, packed } = engine.changes(replaceNext);
      const metadata: CommitMetadata = { ...common, state: to };
      const meta = writeStateMeta({ ...metadata, positions });
      const delta = { from: state, to, meta, entries: packed, replace };
      this.pending = { token, batch, positions, metadata, delta, live: shown, startedAt };
    }
    this.building = new Batch();
    return this.pending;
  }

  /** The pending commit has happened: gives it, once. */
  decide(): PendingCommit | null {
    const { pending } = this;
    if (pending === null) return null;
    this.pending = null;
    this.commit = pending.token;
    this.proven = true;
    if (pending.delta === null) this.checkpoints.skipped();
    else {
      this.promoting = this.state;
      this.state = pending.delta.to;
      const { written, gone } = pending.delta.entries;
      this.checkpoints.made(written + gone, pending.startedAt);
      this.replaceNext = false;
    }
    return pending;
  }

  /** The base of the store is that of the last commit. */
  promoted(): void {
    this.promoting = null;
    this.mayLetGo = !this.replaceNext;
  }

  /** Whether some of the state is in the store alone. */
  get isPartial(): boolean {
    return this.evaluator.state.engine.residence.partial;
  }

  /** The store has lost what memory still has: all of it goes into the next commit. */
  rewriteAll(): void {
    this.replaceNext = true;
    if (this.pending === null) return;
    // The engine is past what is pending, so that its state belongs to both together.
    const joined = new Batch();
    joined.append(this.pending.batch);
    joined.append(this.building);
    this.building = joined;
    this.#unshown = this.pending.live;
    this.pending = null;
  }
}
