import { createEngine, restoreEngineInPieces } from "../../engine/engine.ts";
import { SnapshotError } from "../../engine/engine-state.ts";
import { hash128 } from "../../engine/hash.ts";
import type { Engine, EngineOptions } from "../../engine/types.ts";
import type { Plan } from "../../plan.ts";
import type { EngineChanges } from "../../snapshot/state-entry.ts";
import type { StateVersion } from "../contracts/state-store.ts";
import type { TaskStore } from "./task-store.ts";

/** State to begin with. */
export interface StoredState {
  readonly store: Pick<TaskStore, "get" | "pages">;
  readonly version: StateVersion;
  /** About how many keys may be in memory at once; `null`: all. */
  readonly residentKeys: number | null;
}

const engineEntry = "engine";

/** An engine, and its state as the entries of a store. */
export class EngineState {
  readonly engine: Engine;

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  /**
   * An engine with what is stored; `null`: one that begins. What the rules of `plan` have in common with those that the state was made
   * with goes on. Pages are taken in as they come: there is never more of them in memory than one or two.
   *
   * Errors  those of the store; `SnapshotError` where the entries are damaged.
   */
  static async load(plan: Plan, options: EngineOptions, stored: StoredState | null): Promise<EngineState> {
    if (stored === null) return new EngineState(createEngine(plan, options));
    const { store, version, residentKeys } = stored;
    const [shared] = await store.get([version], [engineEntry]);
    if (shared === undefined) throw new SnapshotError(`it has no entry \`${engineEntry}\``);
    const restoring = restoreEngineInPieces(plan, shared.value, { ...options, otherRules: true });
    for await (const page of store.pages(version)) {
      restoring.load(page);
      if (residentKeys !== null) restoring.engine.residence.evict(residentKeys);
    }
    restoring.end();
    return new EngineState(restoring.engine);
  }

  /** What changed since the last call, or with `full` all of the state; taken over by the caller. */
  changes(full: boolean): EngineChanges {
    return this.engine.changes({ full });
  }

  /** The watermark, epoch ms; `null` before the first event. */
  clock(): number | null {
    return this.engine.progress().clock;
  }

  /** What two engines have in common that saw the same events: a replay is compared by it. Not for secrets. */
  hash(): string {
    return hash128(JSON.stringify(this.engine.progress()));
  }
}
