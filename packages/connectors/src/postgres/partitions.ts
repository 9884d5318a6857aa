import type pg from "pg";
import { quoted, transaction } from "./connect.ts";

/** Makes the monthly partitions of a table as they are needed. */
export class MonthlyPartitions {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #table: string;
  readonly #known = new Set<string>();

  constructor(pool: pg.Pool, schema: string, table: string) {
    this.#pool = pool;
    this.#schema = schema;
    this.#table = table;
  }

  /** Sees to it that rows of these times have a place. */
  async ensure(times: readonly Date[]): Promise<void> {
    const missing = new Map<string, Date>();
    for (const time of times) {
      const name = `${this.#table}_${time.toISOString().slice(0, 7).replace("-", "_")}`;
      if (!this.#known.has(name)) missing.set(name, time);
    }
    if (missing.size === 0) return;
    const parent = `${quoted(this.#schema)}.${quoted(this.#table)}`;
    // By itself and under a lock: two writers that make the same partition would wait for each other.
    await transaction(this.#pool, async (client) => {
      await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`weir:${this.#schema}.${this.#table}`]);
      for (const [name, time] of missing) {
        const from = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), 1)).toISOString();
        const to = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1)).toISOString();
        await client.query(
          `CREATE TABLE IF NOT EXISTS ${quoted(this.#schema)}.${quoted(name)} PARTITION OF ${parent} ` +
            `FOR VALUES FROM ('${from}') TO ('${to}')`,
        );
      }
    });
    for (const name of missing.keys()) this.#known.add(name);
  }
}
