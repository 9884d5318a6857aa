import type {
  StateDelta,
  StateEntry,
  StatePage,
  StateStore,
  StateVersion,
  StoredTask,
} from "../contracts/state-store.ts";
import type { Policy } from "../policy/policy.ts";
import { sameVersion } from "../stores/memory-store.ts";

/** A store takes this much in the time of one call: a first commit after a long catch-up may have a hundred times as much. */
const pieceBytes = 4 * 1024 * 1024;

/** The calls of one task to its state store, with its newest fence, guarded by the store's policy. */
export class TaskStore {
  readonly #store: StateStore;
  readonly #policy: Policy;
  readonly #task: string;
  #fence = "";
  /** What was staged last, and how many times as long as other calls it may take. */
  #staged: { readonly to: StateVersion; readonly pieces: number } | null = null;

  constructor(store: StateStore, policy: Policy, task: string) {
    this.#store = store;
    this.#policy = policy;
    this.#task = task;
  }

  async acquire(fence: string): Promise<void> {
    this.#fence = fence;
    await this.#run("acquiring the task", () => this.#store.acquire(this.#task, fence));
  }

  read(): Promise<StoredTask> {
    return this.#run("reading the task", () => this.#store.read(this.#task, this.#fence));
  }

  /** All entries of the base, in pages. The time of each is bounded, not that of all; one that fails is not asked for again. */
  async *pages(version: StateVersion): AsyncGenerator<readonly StateEntry[]> {
    const pages = this.#store.load(this.#task, this.#fence, version)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.#policy.run("loading the state", () => pages.next(), { once: true });
      if (page.done === true) return;
      yield page.value;
    }
  }

  /** Single entries of the base, which is one of `versions`. */
  get(versions: readonly StateVersion[], names: readonly string[]): Promise<readonly StateEntry[]> {
    return this.#run("reading entries of the state", () => this.#store.get(this.#task, this.#fence, versions, names));
  }

  /** Some entries of the base. */
  scan(version: StateVersion, cursor: string): Promise<StatePage> {
    return this.#run("looking through the state", () => this.#store.scan(this.#task, this.#fence, version, cursor));
  }

  stage(delta: StateDelta): Promise<void> {
    this.#staged = { to: delta.to, pieces: 1 + Math.floor(delta.entries.bytes / pieceBytes) };
    return this.#policy.run("staging the state", () => this.#store.stage(this.#task, this.#fence, delta), {
      pieces: this.#staged.pieces,
    });
  }

  promote(to: StateVersion): Promise<void> {
    // Of what another owner staged the size is not known; promoting goes on where it was.
    const pieces = this.#staged !== null && sameVersion(this.#staged.to, to) ? this.#staged.pieces : 1;
    return this.#policy.run("promoting the state", () => this.#store.promote(this.#task, this.#fence, to), { pieces });
  }

  collect(upTo: number): Promise<void> {
    return this.#run("collecting old state", () => this.#store.collect(this.#task, this.#fence, upTo));
  }

  attempt(position: string, atLeast: number): Promise<number> {
    return this.#run("counting attempts", () => this.#store.attempt(this.#task, this.#fence, position, atLeast));
  }

  #run<T>(what: string, call: () => Promise<T>): Promise<T> {
    return this.#policy.run(what, call);
  }
}
