import pg from "pg";

/** How to reach PostgreSQL. */
export interface PostgresConnection {
  /** `postgres://user:password@host:port/database`, with `?sslmode=verify-full` for TLS. */
  readonly url: string;
  /** Connections at most. Default 4. */
  readonly connections?: number;
  /** How long a statement may take. Default 10 s. */
  readonly statementTimeoutMs?: number;
  /** How long a connection may take. Default 3 s. */
  readonly connectTimeoutMs?: number;
}

/** Makes its connections when they are needed, and anew when they break. */
export function createPool({ url, connections, statementTimeoutMs, connectTimeoutMs }: PostgresConnection): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections ?? 4,
    statement_timeout: statementTimeoutMs ?? 10_000,
    // The server's own limit does not help against a connection that is silently dead.
    query_timeout: (statementTimeoutMs ?? 10_000) + 2000,
    connectionTimeoutMillis: connectTimeoutMs ?? 3000,
    idleTimeoutMillis: 30_000,
    application_name: "weir",
  });
  // An idle connection that breaks is replaced; whoever needs one next hears of it.
  pool.on("error", () => {});
  // One that breaks while it is in use, between two statements, would end the process: its next statement says so.
  pool.on("connect", (client) => void client.on("error", () => {}));
  return pool;
}

/** Runs `work` in a transaction of its own. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error("the rollback failed");
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A name in SQL. */
export function quoted(name: string): string {
  return pg.escapeIdentifier(name);
}
