import type { Host } from "../contracts/host.ts";
import type { StoredVersion } from "../contracts/state-store.ts";
import type { CommitStep, PipelineObserver } from "../contracts/observer.ts";
import { Acknowledger } from "./acknowledger.ts";
import type { Batch } from "./batch.ts";
import { readStateMeta, type StateMeta } from "./commit-metadata.ts";
import type { CommittedPoint, Committer, Held, PendingCommit, Taken } from "./committer.ts";
import { type TaskNames, uniqueName } from "./task-names.ts";
import type { TaskStore } from "./task-store.ts";

export interface AtLeastOnceOptions {
  readonly names: TaskNames;
  readonly store: TaskStore;
  readonly host: Host;
  readonly outputs: Outputs;
  /** Tells the input what was committed; for those who look at its offsets. */
  readonly acknowledge: (meta: StateMeta) => Promise<void>;
  /** Where to begin while the store has nothing. */
  readonly committed: () => Promise<CommittedPoint>;
  readonly observer: PipelineObserver;
}

/** Writes alerts, dead letters and late events; repeating it is allowed, since alerts have ids. */
export interface Outputs {
  /** Gets what a batch has so far; it may be written before the batch is complete. */
  offer?(batch: Batch): void;
  /** Resolves when all of a commit's batch is written. */
  finish(pending: PendingCommit): Promise<void>;
}

/**
 * At least once: outputs, as they are made, then state together with its position, then offsets.
 *
 * The state store decides: it has state and position in one version, so that a record takes effect in the state once. Outputs of what
 * came after the last promoted version are written again after a crash, with the same alert ids.
 */
export class AtLeastOnceCommitter implements Committer {
  readonly delivery = "at-least-once";
  readonly #options: AtLeastOnceOptions;
  #collected = false;
  readonly #acknowledger: Acknowledger;

  constructor(options: AtLeastOnceOptions) {
    this.#options = options;
    const { host, acknowledge, names, observer } = options;
    this.#acknowledger = new Acknowledger({
      host,
      acknowledge,
      onTold: ({ state }) =>
        observer({ kind: "commit-step", task: names.task, step: "offsets", version: state.version }),
    });
  }

  async take(held: Held | null): Promise<Taken> {
    const { store, host, names, observer } = this.#options;
    this.#collected = false;
    await store.acquire(uniqueName(host.clock.now(), host.random));
    observer({ kind: "acquire-step", task: names.task, step: "fence" });
    const stored = await store.read();
    const meta = readStateMeta(stored.base?.meta ?? "");
    // The last owner may have ended before it could say so.
    if (meta !== null) this.#acknowledger.tell(meta);
    return { point: await this.#point(stored.base), stored, memory: worth(held, stored.base) };
  }

  async commit(pending: PendingCommit, decided: () => void): Promise<void> {
    const { names, store, outputs, observer } = this.#options;
    const { delta, metadata } = pending;
    const { version } = metadata.state;
    const step = (name: CommitStep): void => observer({ kind: "commit-step", task: names.task, step: name, version });
    step("evaluate");
    await outputs.finish(pending);
    step("send");
    if (delta === null) {
      decided();
      step("done");
      return;
    }
    await store.stage(delta);
    step("stage");
    await store.promote(delta.to);
    decided();
    step("promote");
    this.#acknowledger.tell({ ...metadata, positions: pending.positions });
    if (!this.#collected) {
      await store.collect(delta.to.version);
      this.#collected = true;
    }
    step("done");
  }

  offer(batch: Batch): void {
    this.#options.outputs.offer?.(batch);
  }

  async close(): Promise<void> {
    await this.#acknowledger.close();
  }

  async #point(base: StoredVersion | null): Promise<CommittedPoint> {
    const meta = base === null ? null : readStateMeta(base.meta);
    return meta === null ? this.#options.committed() : { metadata: meta, positions: meta.positions };
  }
}

function worth(held: Held | null, base: StoredVersion | null): Taken["memory"] {
  if (held === null) return "stale";
  const version = base?.version ?? 0;
  const token = base?.token ?? "";
  if (version === held.state.version && token === held.state.token) return "undecided";
  const to = held.pending?.delta?.to;
  if (to !== undefined && to.version === version && to.token === token) return "decided";
  // A store that lost writes: memory is what followed from all input up to its position, whoever else took the task since.
  return version < held.state.version ? "undecided" : "stale";
}
