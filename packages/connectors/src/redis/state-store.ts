import { randomBytes } from "node:crypto";
import type {
  StagedVersion,
  StateDelta,
  StateEntry,
  StatePage,
  StateStore,
  StateVersion,
  StoredTask,
} from "@weir/core";
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
 * State   one hash per task with an entry per key, and a list of packed chunks per staged delta; a commit sends what changed alone.
 * Errors  as the contract; connects anew by itself.
 */
export async function createRedisStateStore(options: RedisStateOptions): Promise<StateStore> {
  try {
    return new RedisStateStore(await connectRedis(options), options);
  } catch (error) {
    throw toStateError("connect to Redis", error, options.setting);
  }
}

/** A larger delta goes out in several calls, which no reader sees before the last. */
const callBytes = 4 * 1024 * 1024;
const pageEntries = 2000;
const scanEntries = 500;
const namesPerCall = 1000;
/** A delta of 250,000,000 changed keys has fewer chunks than this. */
const maxChunks = 1_000_000;

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
    let next: Promise<unknown> | null = this.#page("load", task, fence, version, "0", pageEntries);
    while (next !== null) {
      const [cursorBytes, page] = listOf(await next);
      const cursor = textOf(cursorBytes);
      // Redis reads the next page while this one is taken in.
      next = cursor === "0" ? null : this.#page("load", task, fence, version, cursor, pageEntries);
      next?.catch(() => {});
      const entries = entriesOf(page);
      if (entries.length > 0) yield entries;
    }
  }

  async get(
    task: string,
    fence: string,
    versions: readonly StateVersion[],
    names: readonly string[],
  ): Promise<readonly StateEntry[]> {
    const [first, last] = [versions.at(0), versions.at(-1)];
    if (first === undefined || last === undefined || versions.length > 2) {
      throw new TypeError("one or two versions are compared with the base");
    }
    const found: StateEntry[] = [];
    // Also without names: the call says whether fence and version are right.
    for (let at = 0; at === 0 || at < names.length; at += namesPerCall) {
      const some = names.slice(at, at + namesPerCall);
      const args = [fence, versionText(first), versionText(last), ...some];
      const values = listOf(await this.#runFinished("read entries of", task, fence, scripts.get, args));
      for (const [i, name] of some.entries()) {
        const value = values[i];
        if (value instanceof Uint8Array) found.push({ name, value });
      }
    }
    return found;
  }

  async scan(task: string, fence: string, version: StateVersion, cursor: string): Promise<StatePage> {
    // Without a cursor of its own it begins anew, as with one that Redis never gave.
    const from = /^\d+$/.test(cursor) ? cursor : "0";
    const [next, page] = listOf(await this.#page("look through", task, fence, version, from, scanEntries));
    const after = textOf(next);
    return { entries: entriesOf(page), cursor: after === "0" ? null : after };
  }

  async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    const keys = this.#keys(task);
    const upload = keys.upload(randomBytes(8).toString("hex"));
    const chunks = delta.entries.chunks.map((chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    const calls = callsOf(chunks);
    // The last one goes out with the call that makes it a delta.
    const last = calls.pop() ?? [];
    for (const call of calls) await this.#run("stage", task, scripts.upload, [upload], [fence, ...call]);
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
      chunks: chunks.length,
    });
    const args = [fence, from, to, description, delta.replace ? 1 : 0, this.#ttlMs, ...last];
    await this.#run("stage", task, scripts.stage, [upload, keys.delta(to)], args);
  }

  async promote(task: string, fence: string, to: StateVersion): Promise<void> {
    const version = versionText(to);
    const args = [fence, version, this.#ttlMs];
    const left = await this.#runFinished("promote", task, fence, scripts.promote, args, [
      this.#keys(task).delta(version),
    ]);
    if (Number(left) > 0) await this.#finish(task, fence);
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
      old.map((version) => keys.delta(version)),
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
      staged.map((each) => keys.delta(versionText(each))),
      [fence],
    );
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#client.disconnect();
  }

  #page(
    what: string,
    task: string,
    fence: string,
    version: StateVersion,
    cursor: string,
    count: number,
  ): Promise<unknown> {
    const { common } = this.#keys(task);
    return this.#finished(what, task, fence, async () => {
      const check = [scripts.checkBase, common.length, ...common, fence, versionText(version)];
      const commands = [
        ["eval", ...check],
        ["hscanBuffer", common[1]!, cursor, "COUNT", count],
      ];
      const results = await this.#client.multi(commands).exec();
      for (const [error] of results ?? []) if (error !== null) throw error;
      return results?.at(1)?.[1];
    });
  }

  /** Applies what is left of a promoted delta. */
  async #finish(task: string, fence: string): Promise<void> {
    for (let n = 0; n < maxChunks; n++) {
      if (Number(await this.#run("promote", task, scripts.advance, [], [fence])) === 0) return;
    }
  }

  #runFinished(
    what: string,
    task: string,
    fence: string,
    script: string,
    args: readonly Argument[],
    keys: readonly string[] = [],
  ): Promise<unknown> {
    const all = [...this.#keys(task).common, ...keys];
    return this.#finished(what, task, fence, () => runScript(this.#client, script, all, args));
  }

  /** A call that needs all of the base; what its owner before left unfinished is finished first. */
  async #finished(what: string, task: string, fence: string, call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await this.#guard(what, task, call);
    } catch (error) {
      if (!(error instanceof StateStoreError && isUnfinished(error.cause))) throw error;
      await this.#finish(task, fence);
      return this.#guard(what, task, call);
    }
  }

  #keys(task: string): StateKeys {
    return new StateKeys(this.#prefix, task);
  }

  #run(
    what: string,
    task: string,
    script: string,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    const all = [...this.#keys(task).common, ...keys];
    return this.#guard(what, task, () => runScript(this.#client, script, all, args));
  }

  async #guard(what: string, task: string, call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await call();
    } catch (error) {
      throw toStateError(`${what} the state of \`${task}\``, error);
    }
  }
}

/** Chunks put together to calls of a bounded size. */
function callsOf(chunks: readonly Buffer[]): Buffer[][] {
  const calls: Buffer[][] = [];
  let bytes = Infinity;
  for (const chunk of chunks) {
    if (bytes + chunk.length > callBytes) {
      calls.push([]);
      bytes = 0;
    }
    calls.at(-1)?.push(chunk);
    bytes += chunk.length;
  }
  return calls;
}

/** Names and values by turns. */
function entriesOf(page: unknown): StateEntry[] {
  const flat = listOf(page) as readonly Buffer[];
  const entries: StateEntry[] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push({ name: flat[i]!.toString(), value: flat[i + 1]! });
  return entries;
}

function isUnfinished(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("UNFINISHED");
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
