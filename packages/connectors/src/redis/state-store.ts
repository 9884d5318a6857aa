import { randomBytes } from "node:crypto";
import type { StagedVersion, StateDelta, StateEntry, StateStore, StateVersion, StoredTask } from "@weir/core";
import { StateStoreError } from "@weir/core";
import type { Cluster, Redis } from "ioredis";
import { connectRedis, type RedisConnection } from "./connect.ts";
import { type Argument, runScript } from "./script.ts";
import * as scripts from "./scripts.ts";
import { toStateError } from "./state-errors.ts";
import { StateKeys, versionText } from "./state-keys.ts";

export interface RedisStateOptions extends RedisConnection {
  /** What the names of all keys begin with. Default `weir`. */
  readonly prefix?: string;
  /** How long the state of a task that nobody writes is kept. Default: for ever. */
  readonly ttlMs?: number;
}

/**
 * State in Redis. Survives what the server's persistence survives: with `appendfsync everysec`, all but the last second.
 *
 * State   one hash per task with an entry per key, and one per staged delta; a commit sends what changed alone.
 * Errors  as the contract; connects anew by itself.
 */
export async function createRedisStateStore(options: RedisStateOptions): Promise<StateStore> {
  try {
    return new RedisStateStore(await connectRedis(options), options);
  } catch (error) {
    throw toStateError("connect to Redis", error);
  }
}

/** A larger delta goes out in several calls, which no reader sees before the last. */
const chunkBytes = 4 * 1024 * 1024;
const chunkEntries = 10_000;
const pageEntries = 1000;

class RedisStateStore implements StateStore {
  readonly durable: boolean = true;
  readonly #client: Redis | Cluster;
  readonly #prefix: string;
  readonly #ttlMs: number;

  constructor(client: Redis | Cluster, { prefix = "weir", ttlMs = 0 }: RedisStateOptions) {
    this.#client = client;
    this.#prefix = prefix;
    this.#ttlMs = ttlMs;
  }

  async acquire(task: string, fence: string): Promise<string | null> {
    const before = await this.#run("acquire", task, scripts.acquire, [], [fence, this.#ttlMs]);
    return before === null ? null : textOf(before);
  }

  async read(task: string, fence: string): Promise<StoredTask> {
    const [base, staged] = listOf(await this.#run("read", task, scripts.read, [], [fence]));
    const known = base === null ? null : describedBy(base);
    return {
      base: known === null ? null : { version: known.version, token: known.token, meta: known.meta },
      staged: listOf(staged).map(describedBy),
    };
  }

  async *load(task: string, fence: string, version: StateVersion): AsyncIterable<readonly StateEntry[]> {
    let cursor = "0";
    do {
      const args = [fence, versionText(version), cursor, pageEntries];
      const [next, page] = listOf(await this.#run("load", task, scripts.load, [], args));
      cursor = textOf(next);
      const flat = listOf(page);
      const entries: StateEntry[] = [];
      for (let i = 0; i < flat.length; i += 2) entries.push({ name: textOf(flat[i]), value: flat[i + 1] as Buffer });
      if (entries.length > 0) yield entries;
    } while (cursor !== "0");
  }

  async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    const keys = this.#keys(task);
    const upload = keys.upload(randomBytes(8).toString("hex"));
    const chunks = chunksOf(delta.upserts);
    // The last one goes out with the call that makes it a delta.
    const last = chunks.pop() ?? [];
    for (const chunk of chunks) await this.#run("stage", task, scripts.upload, [upload], [fence, ...chunk]);
    const to = versionText(delta.to);
    const from = versionText(delta.from);
    const { version, token } = delta.to;
    const description = JSON.stringify({
      version,
      token,
      meta: delta.meta,
      from,
      fromVersion: delta.from,
      replace: delta.replace,
    });
    await this.#run(
      "stage",
      task,
      scripts.stage,
      [upload, ...keys.delta(to)],
      [
        fence,
        from,
        to,
        description,
        delta.replace ? 1 : 0,
        this.#ttlMs,
        delta.deletes.length,
        ...delta.deletes,
        ...last,
      ],
    );
  }

  async promote(task: string, fence: string, to: StateVersion): Promise<void> {
    const version = versionText(to);
    await this.#run("promote", task, scripts.promote, this.#keys(task).delta(version), [fence, version, this.#ttlMs]);
  }

  async collect(task: string, fence: string, upTo: number): Promise<void> {
    const { staged } = await this.read(task, fence);
    const old = staged.filter(({ version }) => version <= upTo).map(versionText);
    if (old.length === 0) return;
    const keys = this.#keys(task);
    await this.#run(
      "collect",
      task,
      scripts.collect,
      old.flatMap((version) => keys.delta(version)),
      [fence, ...old],
    );
  }

  async attempt(task: string, fence: string, position: string, atLeast: number): Promise<number> {
    const count = await this.#run("note an attempt", task, scripts.attempt, [], [fence, position, atLeast]);
    return Number(count);
  }

  async clear(task: string, fence: string): Promise<void> {
    const { staged } = await this.read(task, fence);
    const keys = this.#keys(task);
    await this.#run(
      "clear",
      task,
      scripts.clear,
      staged.flatMap((each) => keys.delta(versionText(each))),
      [fence],
    );
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#client.disconnect();
  }

  #keys(task: string): StateKeys {
    return new StateKeys(this.#prefix, task);
  }

  async #run(
    what: string,
    task: string,
    script: string,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    try {
      return await runScript(this.#client, script, [...this.#keys(task).common, ...keys], args);
    } catch (error) {
      throw toStateError(`${what} the state of \`${task}\``, error);
    }
  }
}

/** Names and values in turn, in pieces of a bounded size. */
function chunksOf(upserts: readonly StateEntry[]): Argument[][] {
  const chunks: Argument[][] = [];
  let chunk: Argument[] = [];
  let bytes = 0;
  for (const { name, value } of upserts) {
    if (chunk.length > 0 && (bytes + value.length > chunkBytes || chunk.length >= 2 * chunkEntries)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(name, Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    bytes += name.length + value.length;
  }
  chunks.push(chunk);
  return chunks;
}

function listOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}

function textOf(answer: unknown): string {
  return answer instanceof Uint8Array ? Buffer.from(answer).toString() : String(answer);
}

function describedBy(answer: unknown): StagedVersion {
  try {
    const { version, token, meta, fromVersion, replace } = JSON.parse(textOf(answer)) as StagedVersion & {
      readonly fromVersion: StateVersion;
    };
    return { version, token, meta, from: fromVersion, replace };
  } catch (error) {
    throw new StateStoreError("cannot read what is known of a version", { kind: "damaged", cause: error });
  }
}
