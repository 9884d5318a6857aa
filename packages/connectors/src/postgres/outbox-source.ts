import { type LogMessage, type LogRecord, type Source, type SourceBatch, SourceError } from "@weir/core";
import type pg from "pg";
import { createPool, type PostgresConnection, quoted } from "./connect.ts";
import { problemOf } from "./database-problem.ts";
import { prepareSchema } from "./migrations.ts";
import { OutboxConnection } from "./outbox-connection.ts";
import { toSinkError } from "./sink-errors.ts";
import { storable, storableJson } from "./storable.ts";

export interface OutboxSourceOptions extends PostgresConnection {
  /** Names the task of the source. Default `outbox`. */
  readonly name?: string;
  /** Default `weir`; its table is `outbox`. */
  readonly schema?: string;
  /** Whether to apply missing migrations at the start, or to refuse to start without them. Default `apply`. */
  readonly migrations?: "apply" | "require";
}

/** An outbox table as the input of a pipeline. */
export interface OutboxSource extends Source {
  /** Writes dead letters to the table `outbox_dead_letters`, each once; for `SourceWiring.deadLetters`. */
  readonly deadLetters: (letters: readonly LogMessage[]) => Promise<void>;
}

/** The header with the `topic` of a row. */
export const outboxTopicHeader = "outbox-topic";

/**
 * Gives the rows of an outbox table in the order in which their transactions became visible, those of one in the order of their ids.
 *
 * A row gets its position when it is first read, for good, and is deleted when all that was made of it is stored; so after a crash the
 * same rows come again in the same order. One process reads at a time, the others stand by.
 *
 * Time    a record's timestamp is the row's `created_at`.
 * Errors  `SourceError`; `SinkError` of dead letters.
 */
export async function createOutboxSource(options: OutboxSourceOptions): Promise<OutboxSource> {
  const pool = createPool({ ...options, connections: Math.max(2, options.connections ?? 3) });
  const schema = options.schema ?? "weir";
  try {
    await prepareSchema(pool, schema, options.migrations ?? "apply");
  } catch (error) {
    await pool.end();
    throw toSourceError("prepare the database", error);
  }
  return new PostgresOutboxSource(pool, schema, options.name ?? "outbox");
}

interface PositionedRow {
  readonly id: string;
  readonly position: string;
  readonly topic: string | null;
  readonly key: string | null;
  readonly payload: string;
  readonly headers: unknown;
  readonly at: number;
}

const maxRows = 500;
const columns =
  "id, position, topic, key, payload::text AS payload, headers, floor(extract(epoch FROM created_at) * 1000)::float8 AS at";

class PostgresOutboxSource implements OutboxSource {
  readonly name: string;
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #table: string;
  #connection: OutboxConnection | null = null;
  #connecting: Promise<OutboxConnection> | null = null;
  #next = 0;
  /** Whether there may be rows from `next` on that were read before. */
  #again = true;
  /** Grows with each `open`: a poll of before changes nothing after. */
  #epoch = 0;
  #closed = false;

  constructor(pool: pg.Pool, schema: string, name: string) {
    this.name = name;
    this.#pool = pool;
    this.#schema = schema;
    this.#table = `${quoted(schema)}.outbox`;
  }

  async take(): Promise<void> {
    await this.#owner();
  }

  async open(position: number | null): Promise<void> {
    await this.#owner();
    this.#epoch++;
    this.#next = position ?? 0;
    this.#again = true;
  }

  async poll(maxRecords: number, timeoutMs: number): Promise<SourceBatch> {
    const epoch = this.#epoch;
    const limit = Math.min(maxRecords, maxRows);
    const connection = await this.#owner();
    try {
      const until = performance.now() + timeoutMs;
      let rows = await this.#read(connection.client, limit, epoch);
      for (let leftMs = timeoutMs; rows.length === 0; leftMs = until - performance.now()) {
        if (leftMs <= 0 || this.#closed || epoch !== this.#epoch) return { kind: "idle" };
        await connection.wait(leftMs);
        rows = await this.#read(connection.client, limit, epoch);
      }
      const next = Number(rows.at(-1)!.position) + 1;
      if (epoch === this.#epoch) this.#next = next;
      return { kind: "records", records: rows.map((row) => this.#record(row)), next };
    } catch (error) {
      this.#drop(connection);
      throw toSourceError("read the outbox", error);
    }
  }

  async acknowledge(position: number): Promise<void> {
    try {
      await this.#pool.query(`DELETE FROM ${this.#table} WHERE position < $1`, [position]);
    } catch (error) {
      throw toSourceError("delete rows of the outbox", error);
    }
  }

  readonly deadLetters = async (letters: readonly LogMessage[]): Promise<void> => {
    const rows = letters.map(({ key, value, headers }) => ({
      id: `${textOf(headers["weir-alert-id"] ?? headers["weir-offset"])}:${textOf(headers["weir-code"])}`,
      position: textOf(headers["weir-offset"]),
      code: textOf(headers["weir-code"]),
      message: storable(textOf(headers["weir-message"])),
      key: key === null ? null : storable(textOf(key)),
      payload: value === null ? null : storable(textOf(value)),
      headers: storableJson(
        Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, textOf(each)] as const)),
      ),
    }));
    try {
      await this.#pool.query(
        `INSERT INTO ${quoted(this.#schema)}.outbox_dead_letters (id, position, code, message, key, payload, headers)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
         ON CONFLICT DO NOTHING`,
        [
          rows.map((row) => row.id),
          rows.map((row) => row.position),
          rows.map((row) => row.code),
          rows.map((row) => row.message),
          rows.map((row) => row.key),
          rows.map((row) => row.payload),
          rows.map((row) => row.headers),
        ],
      );
    } catch (error) {
      throw toSinkError("write dead letters of the outbox", error);
    }
  };

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#connection !== null) this.#drop(this.#connection);
    await this.#pool.end().catch(() => {});
  }

  /** The connection of the one process that reads the table. */
  async #owner(): Promise<OutboxConnection> {
    if (this.#connection?.broken === true) this.#drop(this.#connection);
    if (this.#connection !== null) return this.#connection;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  async #connect(): Promise<OutboxConnection> {
    let connection: OutboxConnection | null = null;
    try {
      connection = await OutboxConnection.open(this.#pool);
      const { rows } = await connection.client.query<{ taken: boolean }>(
        "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken",
        [`weir:outbox:${this.#schema}`],
      );
      if (rows[0]?.taken !== true) {
        throw new SourceError(`the outbox of the schema \`${this.#schema}\` is read by another process`, {
          retriable: true,
          hint: "one process reads an outbox; this one stands by",
        });
      }
      // Another process may have read on meanwhile.
      this.#again = true;
      this.#connection = connection;
      return connection;
    } catch (error) {
      connection?.release();
      throw toSourceError("connect to the outbox", error);
    }
  }

  #drop(connection: OutboxConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    connection.release();
  }

  async #read(client: pg.PoolClient, limit: number, epoch: number): Promise<readonly PositionedRow[]> {
    if (this.#again) {
      const { rows } = await client.query<PositionedRow>(
        `SELECT ${columns} FROM ${this.#table} WHERE position >= $1 ORDER BY position LIMIT $2`,
        [this.#next, limit],
      );
      if (rows.length < limit && epoch === this.#epoch) this.#again = false;
      if (rows.length > 0) return rows;
    }
    const { rows: unread } = await client.query(`SELECT 1 FROM ${this.#table} WHERE position IS NULL LIMIT 1`);
    return unread.length === 0 ? [] : this.#number(client, limit);
  }

  /** Gives positions to rows that have none. What another transaction holds is left for later. */
  async #number(client: pg.PoolClient, limit: number): Promise<readonly PositionedRow[]> {
    const reader = `${quoted(this.#schema)}.outbox_reader`;
    const { rows } = await client.query<PositionedRow>(
      `WITH reader AS (SELECT last_position FROM ${reader} FOR UPDATE),
       unread AS (SELECT id FROM ${this.#table} WHERE position IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED),
       numbered AS (
         SELECT id, (SELECT last_position FROM reader) + row_number() OVER (ORDER BY id) AS position FROM unread
       ),
       moved AS (
         UPDATE ${reader} SET last_position = (SELECT max(position) FROM numbered) WHERE EXISTS (SELECT 1 FROM numbered)
       ),
       given AS (
         UPDATE ${this.#table} AS row SET position = numbered.position FROM numbered WHERE row.id = numbered.id
         RETURNING row.*
       )
       SELECT ${columns} FROM given ORDER BY position`,
      [limit],
    );
    return rows;
  }

  #record({ id, position, topic, key, payload, headers, at }: PositionedRow): LogRecord {
    const given = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
    return {
      offset: Number(position),
      timestamp: at,
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(payload),
      headers: {
        ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
        "message-id": `${this.#schema}.outbox:${id}`,
        ...(topic === null ? {} : { [outboxTopicHeader]: topic }),
      },
    };
  }
}

function textOf(value: Uint8Array | string | undefined): string {
  return value === undefined || typeof value === "string" ? (value ?? "") : Buffer.from(value).toString();
}

function toSourceError(what: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  if (error instanceof Error && error.name === "SinkError") {
    const { message, retriable, hint } = toSinkError(what, error);
    return new SourceError(message, { retriable, cause: error, ...(hint === null ? {} : { hint }) });
  }
  const { message, ...details } = problemOf(what, error);
  return new SourceError(message, details);
}
