import {
  defaultPolicies,
  type PolicySettings,
  type Refused,
  type Sink,
  type SinkBatch,
  type TopicPartition,
} from "@weir/core";
import type pg from "pg";
import { type AlertRow, toAlertRow } from "./alert-row.ts";
import { createPool, type PostgresConnection, quoted, transaction } from "./connect.ts";
import { prepareSchema } from "./migrations.ts";
import { MonthlyPartitions } from "./partitions.ts";
import { toSinkError } from "./sink-errors.ts";

export interface PostgresSinkOptions extends PostgresConnection {
  /** Names the sink, and its positions in the database. Default `postgres`. */
  readonly name?: string;
  /** Where the tables are. Default `weir`. */
  readonly schema?: string;
  /** Whether to apply missing migrations at the start, or to refuse to start without them. Default `apply`. */
  readonly migrations?: "apply" | "require";
  /** Most alerts of one statement. Default 500. */
  readonly batchSize?: number;
  /** How long alerts wait for their batch to become full. Default 5 s; 0 writes what is there. */
  readonly flushMs?: number;
  /** How often the view `alerts_by_hour` is brought up to date; 0 for never. Default 60 s. */
  readonly refreshViewMs?: number;
}

/**
 * Writes alerts to a table, each id once, and the position in the log in the same transaction.
 *
 * Errors  `SinkError`; retriable while the database cannot be reached or is short of something.
 */
export async function createPostgresSink(options: PostgresSinkOptions): Promise<Sink> {
  const pool = createPool(options);
  const schema = options.schema ?? "weir";
  try {
    await prepareSchema(pool, schema, options.migrations ?? "apply");
  } catch (error) {
    await pool.end();
    throw toSinkError("prepare the database", error);
  }
  return new PostgresSink(pool, schema, options);
}

class PostgresSink implements Sink {
  readonly name: string;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly policy: PolicySettings = defaultPolicies.postgres;
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #partitions: MonthlyPartitions;
  readonly #refresh: NodeJS.Timeout | null;
  #refreshing: Promise<unknown> = Promise.resolve();
  #changed = true;

  constructor(pool: pg.Pool, schema: string, options: PostgresSinkOptions) {
    this.name = options.name ?? "postgres";
    this.batchSize = options.batchSize ?? 500;
    this.lingerMs = options.flushMs ?? 5000;
    this.#pool = pool;
    this.#schema = quoted(schema);
    this.#partitions = new MonthlyPartitions(pool, schema, "alerts");
    const refreshMs = options.refreshViewMs ?? 60_000;
    this.#refresh = refreshMs === 0 ? null : setInterval(() => this.#refreshView(), refreshMs).unref();
  }

  async write({ source, next, alerts }: SinkBatch): Promise<readonly Refused[]> {
    const rows: AlertRow[] = [];
    const refused: Refused[] = [];
    for (const [index, alert] of alerts.entries()) {
      const row = toAlertRow(alert);
      if ("id" in row) rows.push(row);
      else refused.push({ index, ...row });
    }
    try {
      await this.#partitions.ensure(rows.map(({ at }) => at));
      await transaction(this.#pool, async (client) => {
        for (let i = 0; i < rows.length; i += this.batchSize) {
          await this.#insert(client, rows.slice(i, i + this.batchSize));
        }
        if (source !== null) await this.#store(client, source, next);
      });
    } catch (error) {
      throw toSinkError(`write ${alerts.length} alerts`, error);
    }
    if (rows.length > 0) this.#changed = true;
    return refused;
  }

  async position({ topic, partition }: TopicPartition): Promise<number | null> {
    try {
      const { rows } = await this.#pool.query<{ next: string }>(
        `SELECT next FROM ${this.#schema}.positions WHERE sink = $1 AND topic = $2 AND partition = $3`,
        [this.name, topic, partition],
      );
      return rows[0] === undefined ? null : Number(rows[0].next);
    } catch (error) {
      throw toSinkError("read the position", error);
    }
  }

  async close(): Promise<void> {
    if (this.#refresh !== null) clearInterval(this.#refresh);
    await this.#refreshing.catch(() => {});
    await this.#pool.end().catch(() => {});
  }

  async #insert(client: pg.PoolClient, rows: readonly AlertRow[]): Promise<void> {
    if (rows.length === 0) return;
    await client.query(
      `INSERT INTO ${this.#schema}.alerts
         (id, at, rule, severity, status, key, message, data, events, correlation_id)
       SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[],
         $8::jsonb[], $9::jsonb[], $10::text[])
       ON CONFLICT (id, at) DO NOTHING`,
      [
        rows.map(({ id }) => id),
        rows.map(({ at }) => at),
        rows.map(({ rule }) => rule),
        rows.map(({ severity }) => severity),
        rows.map(({ status }) => status),
        rows.map(({ key }) => key),
        rows.map(({ message }) => message),
        rows.map(({ data }) => data),
        rows.map(({ events }) => events),
        rows.map(({ correlationId }) => correlationId),
      ],
    );
  }

  async #store(client: pg.PoolClient, { topic, partition }: TopicPartition, next: number): Promise<void> {
    await client.query(
      `INSERT INTO ${this.#schema}.positions (sink, topic, partition, next) VALUES ($1, $2, $3, $4)
       ON CONFLICT (sink, topic, partition) DO UPDATE SET next = excluded.next, updated_at = now()`,
      [this.name, topic, partition, next],
    );
  }

  /** What a dashboard shows may be old, so a failure waits for the next time. */
  #refreshView(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#refreshing = this.#pool
      .query(`REFRESH MATERIALIZED VIEW CONCURRENTLY ${this.#schema}.alerts_by_hour`)
      .catch(() => {
        this.#changed = true;
      });
  }
}
