import { createEngine, restoreEngineInPieces } from "../../engine/engine.ts";
import { SnapshotError } from "../../engine/engine-state.ts";
import { type PackedEntries, packEntries } from "../../snapshot/packed-entries.ts";
import { hash128 } from "../../engine/hash.ts";
import type { Engine, EngineOptions } from "../../engine/types.ts";
import type { Plan } from "../../plan.ts";
import type { EngineChanges } from "../../snapshot/state-entry.ts";
import type { StateVersion } from "../contracts/state-store.ts";
import type { TaskStore } from "./task-store.ts";
import { WaitingHeaders } from "./waiting-headers.ts";

/** State to begin with. */
export interface StoredState {
  readonly store: Pick<TaskStore, "get" | "pages">;
  readonly version: StateVersion;
  /** About how many keys may be in memory at once; `null`: all. */
  readonly residentKeys: number | null;
}

const engineEntry = "engine";
const layoutsEntry = "layouts";
const headersEntry = "waiting-headers";

/** An engine, and its state as the entries of a store; with it the headers of the events that wait in it. */
export class EngineState {
  readonly engine: Engine;
  readonly headers: WaitingHeaders;
  #storesHeaders: boolean;

  private constructor(engine: Engine, headers: WaitingHeaders) {
    this.engine = engine;
    this.headers = headers;
    this.#storesHeaders = !headers.isEmpty;
  }

  /**
   * An engine with what is stored; `null`: one that begins. What the rules of `plan` have in common with those that the state was made
   * with goes on. Pages are taken in as they come: there is never more of them in memory than one or two.
   *
   * Errors  those of the store; `SnapshotError` where the entries are damaged.
   */
  static async load(
    plan: Plan,
    options: EngineOptions,
    carriedHeaders: readonly string[],
    stored: StoredState | null,
  ): Promise<EngineState> {
    const headers = new WaitingHeaders(carriedHeaders);
    if (stored === null) return new EngineState(createEngine(plan, options), headers);
    const { store, version, residentKeys } = stored;
    const entries = await store.get([version], [engineEntry, layoutsEntry, headersEntry]);
    const valueOf = (wanted: string): Uint8Array => {
      const found = entries.find(({ name }) => name === wanted);
      if (found === undefined) throw new SnapshotError(`it has no entry \`${wanted}\``);
      return found.value;
    };
    const leading = { engine: valueOf(engineEntry), layouts: valueOf(layoutsEntry) };
    const restoring = restoreEngineInPieces(plan, leading, { ...options, otherRules: true });
    for await (const page of store.pages(version)) {
      restoring.load(page.filter(({ name }) => name !== headersEntry));
      if (residentKeys !== null) restoring.engine.residence.evict(residentKeys);
    }
    restoring.end();
    const waiting = entries.find(({ name }) => name === headersEntry);
    if (waiting !== undefined) headers.load(waiting.value);
    return new EngineState(restoring.engine, headers);
  }

  /** What changed since the last call, or with `full` all of the state; taken over by the caller. */
  changes(full: boolean): Pick<EngineChanges, "replace" | "packed"> {
    const { replace, packed } = this.engine.changes({ full });
    const headers = this.headers.isEmpty ? null : this.headers.save(this.clock());
    if (headers === null && !this.#storesHeaders) return { replace, packed };
    this.#storesHeaders = headers !== null;
    const more =
      headers === null ? packEntries([], [headersEntry]) : packEntries([{ name: headersEntry, value: headers }]);
    return { replace, packed: joined(packed, more) };
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

function joined(a: PackedEntries, b: PackedEntries): PackedEntries {
  return {
    chunks: [...a.chunks, ...b.chunks],
    written: a.written + b.written,
    gone: a.gone + b.gone,
    bytes: a.bytes + b.bytes,
  };
}
