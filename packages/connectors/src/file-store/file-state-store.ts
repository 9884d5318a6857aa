import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  EntryScan,
  packEntries,
  type StateDelta,
  type StateEntry,
  type StatePage,
  type StateStore,
  StateStoreError,
  type StateVersion,
  type StoredTask,
  unpackEntries,
} from "@weir/core";
import { type Disk, realDisk } from "./disk.ts";
import type { Manifest, StagedFile } from "./manifest.ts";
import { toStoreError } from "./storage-error.ts";
import { type DataFile, TaskFolder } from "./task-folder.ts";

export interface FileStateStoreOptions {
  /** Made where it is not there. On a disk of this machine: network folders may not keep what was synced. */
  readonly folder: string;
  /** What to use instead of the file system; for tests. */
  readonly disk?: Disk;
}

/** A chain of deltas is written anew as one file when it has this many, or more bytes than twice its first one. */
const maxChain = 64;
const smallBytes = 1 << 20;

/**
 * Keeps state in a folder: for one machine, where Redis is not wanted.
 *
 * State   a file per task and checkpoint, joined from time to time; of a task, what changed since they were last joined in memory
 *         while it is loaded, all entries while they are joined and from the first time on that single ones are read.
 * Errors  `full` where the disk is, `fatal` where the folder may not be written; what was there before stays whole.
 */
export class FileStateStore implements StateStore {
  readonly durable = true;
  readonly #folder: string;
  readonly #disk: Disk;
  /** By task: what `get` reads from. */
  readonly #joined = new Map<string, Joined>();

  constructor({ folder, disk = realDisk }: FileStateStoreOptions) {
    this.#folder = folder;
    this.#disk = disk;
  }

  async acquire(task: string, fence: string): Promise<string | null> {
    return this.#run("cannot acquire the task", async () => {
      const folder = this.#task(task);
      let previous: string | null = null;
      await folder.change((manifest) => {
        previous = manifest.fence === "" ? null : manifest.fence;
        return { ...manifest, fence };
      });
      await folder.sweep();
      return previous;
    });
  }

  async read(task: string, fence: string): Promise<StoredTask> {
    return this.#run("cannot read the task", async () => {
      const { base, staged } = held(await this.#task(task).read(), fence, task);
      return {
        base: base === null ? null : { ...base.version, meta: base.meta },
        staged: staged.map(({ from, to, meta, replace }) => ({ ...to, meta, from, replace })),
      };
    });
  }

  async *load(task: string, fence: string, version: StateVersion): AsyncIterable<readonly StateEntry[]> {
    const what = "cannot load the state";
    const chunks = await this.#run(what, async () => {
      const folder = this.#task(task);
      const manifest = held(await folder.read(), fence, task);
      requireBase(manifest, version, "load");
      return joinedChunks(folder, manifest.chain);
    });
    for (;;) {
      const next = await this.#run(what, () => chunks.next());
      if (next.done === true) return;
      yield entriesOf(next.value);
    }
  }

  async get(
    task: string,
    fence: string,
    versions: readonly StateVersion[],
    names: readonly string[],
  ): Promise<readonly StateEntry[]> {
    return this.#run("cannot read entries of the state", async () => {
      const folder = this.#task(task);
      const manifest = held(await folder.read(), fence, task);
      if (!versions.some((version) => isBase(manifest, version))) requireBase(manifest, versions.at(-1)!, "read");
      const { entries } = await this.#joinedTo(task, folder, manifest.chain);
      return names.flatMap((name) => {
        const value = entries.get(name);
        return value === undefined ? [] : [{ name, value }];
      });
    });
  }

  async scan(task: string, fence: string, version: StateVersion, cursor: string): Promise<StatePage> {
    return this.#run("cannot look through the state", async () => {
      const folder = this.#task(task);
      const manifest = held(await folder.read(), fence, task);
      requireBase(manifest, version, "scan");
      const { entries, scan } = await this.#joinedTo(task, folder, manifest.chain);
      return scan.page(entries, cursor);
    });
  }

  async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    await this.#run("cannot stage the state", async () => {
      const folder = this.#task(task);
      const check = (manifest: Manifest): void => {
        held(manifest, fence, task);
        if (!delta.replace) requireBase(manifest, delta.from, "stage");
      };
      check(await folder.read());
      const { from, to, meta, replace } = delta;
      const written = await folder.write(delta.entries.chunks);
      const staged: StagedFile = { from, to, meta, replace, ...written };
      try {
        await folder.change((manifest) => {
          check(manifest);
          const others = manifest.staged.filter((other) => !same(other.to, to));
          return { ...manifest, staged: [...others, staged], attempt: null };
        });
      } catch (error) {
        if (error instanceof StateStoreError && error.kind !== "unavailable") await folder.remove(written.file);
        throw error;
      }
    });
  }

  async promote(task: string, fence: string, to: StateVersion): Promise<void> {
    await this.#run("cannot promote the state", async () => {
      const folder = this.#task(task);
      const changed = await folder.change((manifest) => promoted(held(manifest, fence, task), to));
      if (isLong(changed.chain)) await this.#compact(task, folder, fence, to);
    });
  }

  async collect(task: string, fence: string, upTo: number): Promise<void> {
    await this.#run("cannot collect old state", async () => {
      await this.#task(task).change((manifest) => {
        const { staged } = held(manifest, fence, task);
        const kept = staged.filter(({ to }) => to.version > upTo);
        return kept.length === staged.length ? manifest : { ...manifest, staged: kept };
      });
    });
  }

  async attempt(task: string, fence: string, position: string, atLeast: number): Promise<number> {
    return this.#run("cannot count attempts", async () => {
      const { attempt } = await this.#task(task).change((manifest) => {
        const before = held(manifest, fence, task).attempt;
        const last = before?.position === position ? before : null;
        const begun = (last?.count ?? 0) + (last?.fence === fence ? 0 : 1);
        return { ...manifest, attempt: { position, fence, count: Math.max(begun, atLeast) } };
      });
      return attempt?.count ?? atLeast;
    });
  }

  async clear(task: string, fence: string): Promise<void> {
    await this.#run("cannot clear the task", async () => {
      await this.#task(task).change((manifest) => ({
        ...held(manifest, fence, task),
        base: null,
        chain: [],
        staged: [],
        attempt: null,
      }));
    });
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  /** Writes the chain of the base anew as one file. Where that fails the chain stays as it is: it says the same. */
  async #compact(task: string, folder: TaskFolder, fence: string, version: StateVersion): Promise<void> {
    let written: DataFile | null = null;
    let used = false;
    try {
      const { chain } = await folder.read();
      const chunks: Uint8Array[] = [];
      for await (const chunk of joinedChunks(folder, chain)) chunks.push(chunk);
      const joined = await folder.write(chunks);
      written = joined;
      await folder.change((manifest) => {
        used = manifest.fence === fence && same(manifest.base?.version ?? null, version) && sameFiles(manifest, chain);
        return used ? { ...manifest, chain: [joined] } : manifest;
      });
      if (used && this.#joined.has(task)) {
        // The same in another file: whoever looks through it goes on where it was.
        const same = await this.#joinedTo(task, folder, chain);
        this.#joined.set(task, { ...same, files: [joined.file] });
      }
    } catch {
      // What was changed stays changed.
    }
    if (!used && written !== null) await folder.remove(written.file).catch(() => {});
  }

  /** What the chain comes to; of one that goes on where the last one ended, only what is new is read. */
  async #joinedTo(task: string, folder: TaskFolder, chain: Manifest["chain"]): Promise<Joined> {
    const known = this.#joined.get(task) ?? null;
    const goesOn = known !== null && known.files.every((file, i) => file === chain[i]?.file);
    const entries = goesOn ? known.entries : new Map<string, Uint8Array>();
    // While it is read it is no chain's: reading may fail in between.
    this.#joined.delete(task);
    await apply(folder, goesOn ? chain.slice(known.files.length) : chain, entries);
    const scan = goesOn ? known.scan : new EntryScan();
    const joined = { files: chain.map(({ file }) => file), entries, scan };
    this.#joined.set(task, joined);
    return joined;
  }

  /** A name that any file system takes, and another one for each task. */
  #task(task: string): TaskFolder {
    const readable = task.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 80);
    const hash = createHash("sha256").update(task).digest("hex").slice(0, 16);
    return new TaskFolder(this.#disk, join(this.#folder, `${readable}-${hash}`));
  }

  async #run<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toStoreError(what, error);
    }
  }
}

/** The entries that these files of a task come to. */
interface Joined {
  readonly files: readonly string[];
  readonly entries: Map<string, Uint8Array>;
  readonly scan: EntryScan;
}

async function apply(folder: TaskFolder, chain: Manifest["chain"], entries: Map<string, Uint8Array>): Promise<void> {
  for (const file of chain) {
    for await (const chunk of folder.chunks(file)) {
      for (const { name, value } of unpack(chunk)) {
        if (value === null) entries.delete(name);
        else entries.set(name, value);
      }
    }
  }
}

/**
 * What a chain comes to, in chunks without entries that are gone. What follows the first file is small against it and looked up for
 * each of its entries; a chunk of it of which nothing changed is given as it is.
 */
async function* joinedChunks(folder: TaskFolder, [first, ...later]: Manifest["chain"]): AsyncGenerator<Uint8Array> {
  if (first === undefined) return;
  const newer = new Map<string, Uint8Array | null>();
  for (const file of later) {
    for await (const chunk of folder.chunks(file)) {
      for (const { name, value } of unpack(chunk)) newer.set(name, value);
    }
  }
  for await (const chunk of folder.chunks(first)) {
    const kept: StateEntry[] = [];
    let isWhole = true;
    for (const { name, value } of unpack(chunk)) {
      if (value === null || newer.has(name)) isWhole = false;
      else kept.push({ name, value });
    }
    if (isWhole) yield chunk;
    else yield* packEntries(kept).chunks;
  }
  const written = [...newer].flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  yield* packEntries(written).chunks;
}

function entriesOf(chunk: Uint8Array): readonly StateEntry[] {
  const entries: StateEntry[] = [];
  for (const { name, value } of unpack(chunk)) if (value !== null) entries.push({ name, value });
  return entries;
}

function unpack(chunk: Uint8Array): ReturnType<typeof unpackEntries> {
  return unpackEntries({ chunks: [chunk] });
}

function held(manifest: Manifest, fence: string, task: string): Manifest {
  if (manifest.fence === fence) return manifest;
  throw new StateStoreError(`task \`${task}\` was taken by another owner`, { kind: "fenced" });
}

function promoted(manifest: Manifest, to: StateVersion): Manifest {
  if (isBase(manifest, to)) return manifest;
  const delta = manifest.staged.find((staged) => same(staged.to, to));
  if (delta === undefined) {
    throw new StateStoreError(`cannot promote version ${to.version}: it is not staged`, { kind: "mismatch" });
  }
  if (!delta.replace) requireBase(manifest, delta.from, "promote");
  const link = { file: delta.file, bytes: delta.bytes };
  return {
    ...manifest,
    base: { version: to, meta: delta.meta },
    chain: delta.replace ? [link] : [...manifest.chain, link],
    staged: manifest.staged.filter((staged) => staged !== delta),
  };
}

function requireBase(manifest: Manifest, version: StateVersion, what: string): void {
  if (isBase(manifest, version)) return;
  const found = manifest.base?.version.version ?? 0;
  throw new StateStoreError(`cannot ${what}: the base is version ${found}, not the expected ${version.version}`, {
    kind: "mismatch",
  });
}

function isBase({ base }: Manifest, version: StateVersion): boolean {
  return same(base?.version ?? { version: 0, token: "" }, version);
}

function same(a: StateVersion | null, b: StateVersion): boolean {
  return a !== null && a.version === b.version && a.token === b.token;
}

function sameFiles({ chain }: Manifest, files: Manifest["chain"]): boolean {
  return chain.length === files.length && chain.every(({ file }, i) => file === files[i]?.file);
}

function isLong(chain: Manifest["chain"]): boolean {
  const [first, ...rest] = chain;
  if (first === undefined || rest.length === 0) return false;
  const added = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  return chain.length >= maxChain || added > Math.max(smallBytes, 2 * first.bytes);
}
