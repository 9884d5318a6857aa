import type { HostClock } from "../contracts/host.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import { ColdSweep } from "./cold-sweep.ts";
import type { Memory } from "./memory.ts";
import type { TaskStore } from "./task-store.ts";

export interface ResidencyOptions {
  readonly task: string;
  readonly store: Pick<TaskStore, "get" | "scan">;
  /** About how many keys may be in memory; `null`: all. */
  readonly residentKeys: number | null;
  readonly clock: HostClock;
  readonly observer: PipelineObserver;
}

/**
 * Keeps the keys in memory at about a number: others leave after a commit, and are read from the store before their next event. What
 * of them never has one again is looked for in the store, and goes from it when nothing is left that could change an alert.
 */
export class Residency {
  readonly #options: ResidencyOptions;
  readonly #sweep: ColdSweep;

  constructor(options: ResidencyOptions) {
    this.#options = options;
    this.#sweep = new ColdSweep(options.clock);
  }

  /** To be called right before what was decoded is evaluated, with nothing in between. */
  async bringBack(memory: Memory): Promise<void> {
    if (!memory.isPartial) return;
    const { task, store, observer } = this.#options;
    const { evaluator, state, promoting } = memory;
    const names = evaluator.missing();
    // What is not in memory is not in the commit under way either: it is the same before and after.
    const entries = names.length === 0 ? [] : await store.get(promoting === null ? [state] : [promoting, state], names);
    evaluator.state.engine.residence.admit(entries);
    if (names.length > 0) observer({ kind: "keys-read", task, asked: names.length, found: entries.length });
  }

  /** To be called while no commit is sealed or under way; nothing is evaluated until it resolves. */
  async letGo(memory: Memory): Promise<void> {
    const { task, residentKeys, observer } = this.#options;
    if (residentKeys === null || !memory.mayLetGo) return;
    memory.mayLetGo = false;
    const keys = memory.evaluator.state.engine.residence.evict(residentKeys);
    if (keys > 0) observer({ kind: "keys-left", task, keys });
    if (memory.isPartial && this.#sweep.isDue) await this.#expire(memory);
  }

  async #expire(memory: Memory): Promise<void> {
    const { task, store, observer } = this.#options;
    const { entries, cursor } = await store.scan(memory.state, this.#sweep.cursor);
    this.#sweep.looked(cursor);
    const gone = memory.evaluator.state.engine.residence.expire(entries);
    observer({ kind: "keys-swept", task, looked: entries.length, gone });
  }
}
