import type { DependencyStatus, PipelineOptions } from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import { TableRefresher } from "./table-refresher.ts";
import { TableRows } from "./table-rows.ts";

/** The lookup tables of a pipeline that have sources. */
export class PipelineTables {
  readonly rows: TableRows = new TableRows();
  readonly #refreshers: readonly TableRefresher[];

  constructor({ tables = {}, plan, host, observer = (): void => {} }: PipelineOptions) {
    const declared = new Set(plan.tables.map(({ name }) => name));
    this.#refreshers = Object.entries(tables).map(([table, wiring]) => {
      if (!declared.has(table)) throw new PipelineError("options", `the rules have no TABLE \`${table}\``);
      return new TableRefresher({ table, wiring, plan, rows: this.rows, host, observer });
    });
  }

  /** Reads all of them. Throws `PipelineError`. */
  async start(): Promise<void> {
    for (const refresher of this.#refreshers) await refresher.start();
  }

  status(): readonly DependencyStatus[] {
    return this.#refreshers.map((refresher) => refresher.status());
  }

  async close(): Promise<void> {
    await Promise.all(this.#refreshers.map((refresher) => refresher.close()));
  }
}
