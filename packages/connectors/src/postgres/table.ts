import type { EventData } from "@weir/core";
import { createPool, type PostgresConnection } from "./connect.ts";
import { toSinkError } from "./sink-errors.ts";

export interface PostgresTableOptions extends PostgresConnection {
  /** A SELECT whose columns are the fields of the table. */
  readonly query: string;
  /** More rows are an error, before they are in memory. Default 1,000,000. */
  readonly maxRows?: number;
}

/** Reads the rows of a lookup table, in pieces, so that a table too large for memory is refused and not loaded. */
export async function readPostgresTable(options: PostgresTableOptions): Promise<readonly EventData[]> {
  const pool = createPool({ ...options, connections: 1 });
  const maxRows = options.maxRows ?? 1_000_000;
  try {
    const client = await pool.connect();
    try {
      await client.query("BEGIN READ ONLY");
      await client.query(`DECLARE weir_rows NO SCROLL CURSOR FOR ${options.query}`);
      const rows: EventData[] = [];
      for (;;) {
        const page = await client.query<Record<string, unknown>>("FETCH 10000 FROM weir_rows");
        if (page.rows.length === 0) return rows;
        for (const row of page.rows) rows.push(row);
        if (rows.length > maxRows) throw new Error(`the table has more than ${maxRows} rows`);
      }
    } finally {
      await client.query("ROLLBACK").catch(() => {});
      client.release();
    }
  } catch (error) {
    throw toSinkError("read a lookup table", error);
  } finally {
    await pool.end();
  }
}
