import { createEngine, restoreEngine } from "../../engine/engine.ts";
import { hash128 } from "../../engine/hash.ts";
import type { Engine, EngineOptions } from "../../engine/types.ts";
import type { Plan } from "../../plan.ts";
import type { EngineChanges } from "../../snapshot/state-entry.ts";

/** An engine, and its state as the entries of a store. */
export class EngineState {
  readonly engine: Engine;

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  /**
   * An engine with the state of these entries: none at all for one that begins. What the rules of `plan` have in common with those
   * that the state was made with goes on. Throws `SnapshotError` where the entries are damaged.
   */
  static from(plan: Plan, options: EngineOptions, entries: ReadonlyMap<string, Uint8Array>): EngineState {
    if (entries.size === 0) return new EngineState(createEngine(plan, options));
    const list = [...entries].map(([name, value]) => ({ name, value }));
    return new EngineState(restoreEngine(plan, list, { ...options, otherRules: true }));
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
