import type { PipelineObserver } from "../contracts/observer.ts";
import type { Memory } from "./memory.ts";
import type { TaskStore } from "./task-store.ts";

export interface ResidencyOptions {
  readonly task: string;
  readonly store: Pick<TaskStore, "get">;
  /** About how many keys may be in memory; `null`: all. */
  readonly residentKeys: number | null;
  readonly observer: PipelineObserver;
}

/** Keeps the keys in memory at about a number: others leave after a commit, and are read from the store before their next event. */
export class Residency {
  readonly #options: ResidencyOptions;

  constructor(options: ResidencyOptions) {
    this.#options = options;
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

  /** To be called while no commit is sealed or under way. */
  letGo(memory: Memory): void {
    const { task, residentKeys, observer } = this.#options;
    if (residentKeys === null || !memory.mayLetGo) return;
    memory.mayLetGo = false;
    const keys = memory.evaluator.state.engine.residence.evict(residentKeys);
    if (keys > 0) observer({ kind: "keys-left", task, keys });
  }
}
