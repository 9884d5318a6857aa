import {
  MemoryStateStore,
  type StateDelta,
  type StateEntry,
  type StatePage,
  type StateStore,
  StateStoreError,
  type StateVersion,
  type StoredTask,
} from "@weir/core";
import { type Link, NoReplyError } from "./network.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Tally } from "./tally.ts";

/** A Redis server: what it holds follows from the writes it took, so that losing the last of them is taking fewer of them. */
export class FakeStateServer {
  readonly #tally: Tally;
  #writes: ((store: StateStore) => Promise<unknown>)[] = [];
  store: StateStore = new MemoryStateStore();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  async write<T>(act: (store: StateStore) => Promise<T>): Promise<T> {
    const result = await act(this.store);
    this.#writes.push(act);
    return result;
  }

  /** A restart that comes back without the last `lost` writes. */
  async restart(lost: number): Promise<void> {
    this.#writes = this.#writes.slice(0, Math.max(0, this.#writes.length - lost));
    const store = new MemoryStateStore();
    this.store = store;
    this.#tally.fired(lost > 0 ? "store restart with lost writes" : "store restart");
    for (const write of this.#writes) await write(store);
  }
}

/** The client of one process to a `FakeStateServer`. */
export class FakeStateStore implements StateStore {
  readonly durable = true;
  readonly #server: FakeStateServer;
  readonly #link: Link;
  readonly #process: SimProcess;

  constructor(server: FakeStateServer, link: Link, process: SimProcess) {
    this.#server = server;
    this.#link = link;
    this.#process = process;
  }

  acquire(task: string, fence: string): Promise<string | null> {
    return this.#write("acquire", (store) => store.acquire(task, fence));
  }

  read(task: string, fence: string): Promise<StoredTask> {
    return this.#ask("read", () => this.#server.store.read(task, fence));
  }

  async *load(task: string, fence: string, version: StateVersion): AsyncIterable<readonly StateEntry[]> {
    yield await this.#ask("load", async () => {
      const entries: StateEntry[] = [];
      for await (const chunk of this.#server.store.load(task, fence, version)) entries.push(...chunk);
      return entries;
    });
  }

  get(
    task: string,
    fence: string,
    versions: readonly StateVersion[],
    names: readonly string[],
  ): Promise<readonly StateEntry[]> {
    return this.#ask("get", () => this.#server.store.get(task, fence, versions, names));
  }

  scan(task: string, fence: string, version: StateVersion, cursor: string): Promise<StatePage> {
    return this.#ask("scan", () => this.#server.store.scan(task, fence, version, cursor));
  }

  stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    return this.#write("stage", (store) => store.stage(task, fence, delta));
  }

  promote(task: string, fence: string, to: StateVersion): Promise<void> {
    return this.#write("promote", (store) => store.promote(task, fence, to));
  }

  collect(task: string, fence: string, upTo: number): Promise<void> {
    return this.#write("collect", (store) => store.collect(task, fence, upTo));
  }

  attempt(task: string, fence: string, position: string, atLeast: number): Promise<number> {
    return this.#write("attempt", (store) => store.attempt(task, fence, position, atLeast));
  }

  clear(task: string, fence: string): Promise<void> {
    return this.#write("clear", (store) => store.clear(task, fence));
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  #write<T>(what: string, act: (store: StateStore) => Promise<T>): Promise<T> {
    return this.#ask(what, () => this.#server.write(act));
  }

  async #ask<T>(what: string, serve: () => Promise<T>): Promise<T> {
    try {
      return await this.#link.call(this.#process, what, serve);
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error;
      throw new StateStoreError(error.message, { kind: "unavailable", cause: error });
    }
  }
}
