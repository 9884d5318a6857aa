import { Tables } from "../../engine/tables.ts";
import type { Plan } from "../../plan.ts";
import type { Host } from "../contracts/host.ts";
import type { PipelineObserver } from "../contracts/observer.ts";
import type { DependencyStatus } from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import type { TableWiring } from "../contracts/table-source.ts";
import { withTimeout } from "../policy/timeout.ts";
import type { TableRows } from "./table-rows.ts";

export interface RefresherOptions {
  readonly table: string;
  readonly wiring: TableWiring;
  readonly plan: Plan;
  readonly rows: TableRows;
  readonly host: Host;
  readonly observer: PipelineObserver;
}

/** Several changes that come together are read once. */
const gatherMs = 100;
/** After a failure it is tried again this soon, or when it would be read anyway. */
const retryMs = 5000;
const readMs = 60_000;

/**
 * Keeps the rows of one table as they are at their source. New rows take the place of the old ones all at once, between two events; where
 * they cannot be read, or one of them is wrong, the old ones stay.
 */
export class TableRefresher {
  readonly #options: RefresherOptions;
  #lastError: string | null = null;
  #cancel = (): void => {};
  #dueAt = Infinity;
  #reading = false;
  #again = false;
  #closed = false;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Reads the rows for the first time, and listens. Throws `PipelineError`. */
  async start(): Promise<void> {
    const { table, wiring } = this.#options;
    try {
      // Before it reads: what changes meanwhile is read again.
      await wiring.source.watch?.(() => this.#changed());
      await this.#read();
    } catch (error) {
      const hint = error instanceof Error && "hint" in error && typeof error.hint === "string" ? error.hint : null;
      const message = error instanceof Error ? error.message : String(error);
      throw new PipelineError("table", `the rows of table \`${table}\` cannot be had: ${message}`, {
        cause: error,
        ...(hint === null ? {} : { hint }),
      });
    }
    this.#plan(wiring.refreshMs ?? Infinity);
  }

  status(): DependencyStatus {
    const health = this.#lastError === null ? "ok" : "degraded";
    return { name: `table ${this.#options.table}`, health, breaker: "closed", lastError: this.#lastError };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#options.wiring.source.close();
  }

  #changed(): void {
    if (this.#reading) this.#again = true;
    else this.#plan(gatherMs);
  }

  /** Reads again after this time, or sooner where that was planned. */
  #plan(ms: number): void {
    const { clock } = this.#options.host;
    const at = clock.now() + ms;
    if (this.#closed || at >= this.#dueAt) return;
    this.#cancel();
    this.#dueAt = at;
    this.#cancel = clock.schedule(ms, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    const { table, wiring, observer } = this.#options;
    this.#dueAt = Infinity;
    this.#reading = true;
    this.#again = false;
    let failed = false;
    try {
      await this.#read();
    } catch (error) {
      failed = true;
      this.#lastError = error instanceof Error ? error.message : String(error);
      if (!this.#closed) observer({ kind: "table-failed", table, error });
    }
    this.#reading = false;
    this.#plan(wiring.refreshMs ?? Infinity);
    if (failed) this.#plan(retryMs);
    if (this.#again) this.#plan(gatherMs);
  }

  async #read(): Promise<void> {
    const { table, wiring, plan, rows, host, observer } = this.#options;
    const startedAt = host.clock.now();
    const read = await withTimeout(host.clock, readMs, `reading table \`${table}\``, () => wiring.source.read());
    // Seen here once and for all tasks, before any of them has one.
    new Tables(plan, () => () => {}).replace(table, read);
    if (this.#closed) return;
    rows.set(table, read);
    this.#lastError = null;
    observer({ kind: "table-read", table, rows: read.length, ms: host.clock.now() - startedAt });
  }
}
