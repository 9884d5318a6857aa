import type { EventData } from "../../row.ts";

type Rows = readonly EventData[];

/** The rows that the tables of a pipeline have now, for all of its tasks. */
export class TableRows {
  readonly #tables = new Map<string, { readonly rows: Rows; readonly version: number }>();
  /** Counts changes. */
  version = 0;

  set(table: string, rows: Rows): void {
    this.#tables.set(table, { rows, version: ++this.version });
  }

  all(): Readonly<Record<string, Rows>> {
    return Object.fromEntries([...this.#tables].map(([table, { rows }]) => [table, rows]));
  }

  /** Tables that changed after a version. */
  *since(version: number): Generator<readonly [table: string, rows: Rows]> {
    for (const [table, each] of this.#tables) if (each.version > version) yield [table, each.rows];
  }
}
