import { unpackEntries } from "../../snapshot/packed-entries.ts";
import { StateStoreError } from "../contracts/state-store-error.ts";
import type {
  StateDelta,
  StateEntry,
  StatePage,
  StateStore,
  StateVersion,
  StoredTask,
  StoredVersion,
} from "../contracts/state-store.ts";
import { EntryScan } from "./entry-scan.ts";

interface Task {
  fence: string | null;
  base: StoredVersion | null;
  readonly entries: Map<string, Uint8Array>;
  readonly scan: EntryScan;
  /** By `versionId`. */
  readonly staged: Map<string, StateDelta>;
  attempt: { readonly position: string; readonly fence: string; readonly count: number } | null;
}

const chunkEntries = 1000;

/**
 * Keeps state in this process: for tests, and for pipelines that may begin anew after a restart.
 *
 * State   all entries of all tasks, without bound.
 * Errors  as the contract; never `unavailable`.
 */
export class MemoryStateStore implements StateStore {
  readonly durable: boolean = false;
  readonly #tasks = new Map<string, Task>();

  async acquire(task: string, fence: string): Promise<string | null> {
    const known = this.#task(task);
    const previous = known.fence;
    known.fence = fence;
    return Promise.resolve(previous);
  }

  async read(task: string, fence: string): Promise<StoredTask> {
    const known = this.#held(task, fence);
    const staged = [...known.staged.values()].map(({ from, to, meta, replace }) => ({ ...to, meta, from, replace }));
    return Promise.resolve({ base: known.base, staged });
  }

  async *load(task: string, fence: string, version: StateVersion): AsyncIterable<readonly StateEntry[]> {
    const known = this.#held(task, fence);
    requireBase(known, version, "load");
    const entries = [...known.entries].map(([name, value]) => ({ name, value }));
    for (let i = 0; i < entries.length; i += chunkEntries) {
      yield await Promise.resolve(entries.slice(i, i + chunkEntries));
    }
  }

  async get(
    task: string,
    fence: string,
    versions: readonly StateVersion[],
    names: readonly string[],
  ): Promise<readonly StateEntry[]> {
    const known = this.#held(task, fence);
    if (!versions.some((version) => sameVersion(known.base, version))) requireBase(known, versions.at(-1)!, "read");
    const found: StateEntry[] = [];
    for (const name of names) {
      const value = known.entries.get(name);
      if (value !== undefined) found.push({ name, value });
    }
    return Promise.resolve(found);
  }

  async scan(task: string, fence: string, version: StateVersion, cursor: string): Promise<StatePage> {
    const known = this.#held(task, fence);
    requireBase(known, version, "scan");
    return Promise.resolve(known.scan.page(known.entries, cursor));
  }

  async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    const known = this.#held(task, fence);
    if (!delta.replace) requireBase(known, delta.from, "stage");
    known.staged.set(versionId(delta.to), delta);
    known.attempt = null;
    return Promise.resolve();
  }

  async promote(task: string, fence: string, to: StateVersion): Promise<void> {
    const known = this.#held(task, fence);
    if (sameVersion(known.base, to)) return Promise.resolve();
    const delta = known.staged.get(versionId(to));
    if (delta === undefined) {
      throw new StateStoreError(`cannot promote version ${to.version}: it is not staged`, { kind: "mismatch" });
    }
    if (delta.replace) known.entries.clear();
    else requireBase(known, delta.from, "promote");
    for (const { name, value } of unpackEntries(delta.entries)) {
      if (value === null) known.entries.delete(name);
      // A copy: a view would keep the whole chunk for as long as the entry is there.
      else known.entries.set(name, value.slice());
    }
    known.base = { ...to, meta: delta.meta };
    known.staged.delete(versionId(to));
    return Promise.resolve();
  }

  async collect(task: string, fence: string, upTo: number): Promise<void> {
    const known = this.#held(task, fence);
    for (const [id, delta] of known.staged) if (delta.to.version <= upTo) known.staged.delete(id);
    return Promise.resolve();
  }

  async attempt(task: string, fence: string, position: string, atLeast: number): Promise<number> {
    const known = this.#held(task, fence);
    const last = known.attempt?.position === position ? known.attempt : null;
    const begun = (last?.count ?? 0) + (last?.fence === fence ? 0 : 1);
    const count = Math.max(begun, atLeast);
    known.attempt = { position, fence, count };
    return Promise.resolve(count);
  }

  async clear(task: string, fence: string): Promise<void> {
    const known = this.#held(task, fence);
    known.base = null;
    known.entries.clear();
    known.staged.clear();
    known.attempt = null;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  #task(name: string): Task {
    const known = this.#tasks.get(name);
    if (known !== undefined) return known;
    const task: Task = {
      fence: null,
      base: null,
      entries: new Map(),
      scan: new EntryScan(),
      staged: new Map(),
      attempt: null,
    };
    this.#tasks.set(name, task);
    return task;
  }

  #held(name: string, fence: string): Task {
    const task = this.#task(name);
    if (task.fence === fence) return task;
    throw new StateStoreError(`task \`${name}\` was taken by another owner`, { kind: "fenced" });
  }
}

/** Whether the base is this version; nothing promoted yet is version 0 with no token. */
export function sameVersion(base: StateVersion | null, version: StateVersion): boolean {
  return (base?.version ?? 0) === version.version && (base?.token ?? "") === version.token;
}

/** A text that names a version. */
export function versionId(version: StateVersion): string {
  return `${version.version}:${version.token}`;
}

function requireBase(task: Task, version: StateVersion, what: string): void {
  if (sameVersion(task.base, version)) return;
  throw new StateStoreError(
    `cannot ${what}: the base is version ${task.base?.version ?? 0}, not the expected ${version.version}`,
    { kind: "mismatch" },
  );
}
