import { setTimeout as wait } from "node:timers/promises";
import type { LogMessage, LogProducer } from "@weir/core";
import type pg from "pg";
import { createPool, type PostgresConnection, quoted, transaction } from "./connect.ts";
import { OutboxConnection } from "./outbox-connection.ts";

export interface OutboxOptions extends PostgresConnection {
  /** Where rows go that name no topic. */
  readonly topic: string;
  /** Default `weir`; its table is `outbox`. */
  readonly schema?: string;
  /** Most rows of one transaction. Default 500. */
  readonly batchSize?: number;
  /** How often to look where no notification comes. Default 1 s. */
  readonly pollMs?: number;
  /** Called when a round fails; it is tried again after up to 30 s. */
  readonly onError?: (error: unknown) => void;
}

export interface OutboxRelay {
  /** How many rows went out so far. */
  readonly relayed: number;
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

interface OutboxRow {
  readonly id: string;
  readonly topic: string | null;
  readonly key: string | null;
  readonly payload: unknown;
  readonly headers: unknown;
}

/**
 * Sends rows of an outbox table to the log and deletes them, in the order of their ids.
 *
 * A row is sent before it is deleted, so after a crash it may be sent again, with the same header `message-id`. Several relays share
 * the work: what one holds the others skip; the order of ids is kept within each.
 */
export function startOutboxRelay(producer: LogProducer, options: OutboxOptions): OutboxRelay {
  return new Relay(producer, options);
}

class Relay implements OutboxRelay {
  relayed = 0;
  readonly #producer: LogProducer;
  readonly #options: OutboxOptions;
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #ended: Promise<void>;
  readonly #stop: PromiseWithResolvers<void> = Promise.withResolvers();
  #stopped = false;
  #connection: OutboxConnection | null = null;

  constructor(producer: LogProducer, options: OutboxOptions) {
    this.#producer = producer;
    this.#options = options;
    this.#schema = options.schema ?? "weir";
    this.#pool = createPool({ ...options, connections: 2 });
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.resolve();
    this.#stopped = true;
    this.#connection?.wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { batchSize = 500, pollMs = 1000, onError } = this.#options;
    let failures = 0;
    while (!this.#stopped) {
      try {
        if (this.#connection?.broken === true) this.#drop();
        this.#connection ??= await OutboxConnection.open(this.#pool);
        const sent = await this.#round(batchSize);
        this.relayed += sent;
        failures = 0;
        if (sent < batchSize) await this.#connection.wait(pollMs);
      } catch (error) {
        onError?.(error);
        failures++;
        const waitMs = Math.min(30_000, 500 * 2 ** Math.min(failures, 6));
        await Promise.race([this.#stop.promise, wait(waitMs, undefined, { ref: false })]);
      }
    }
    this.#drop();
    await this.#pool.end().catch(() => {});
  }

  #drop(): void {
    this.#connection?.release();
    this.#connection = null;
  }

  #round(batchSize: number): Promise<number> {
    const table = `${quoted(this.#schema)}.outbox`;
    return transaction(this.#pool, async (client) => {
      const { rows } = await client.query<OutboxRow>(
        // What a source has read is the source's.
        `SELECT id, topic, key, payload, headers FROM ${table} WHERE position IS NULL
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [batchSize],
      );
      if (rows.length === 0) return 0;
      await this.#producer.send(rows.map((row) => this.#message(row)));
      await client.query(`DELETE FROM ${table} WHERE id = ANY($1::bigint[])`, [rows.map(({ id }) => id)]);
      return rows.length;
    });
  }

  #message({ id, topic, key, payload, headers }: OutboxRow): LogMessage {
    const given = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
    return {
      topic: topic ?? this.#options.topic,
      key,
      value: JSON.stringify(payload),
      headers: {
        ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
        "message-id": `${this.#schema}.outbox:${id}`,
      },
    };
  }
}
