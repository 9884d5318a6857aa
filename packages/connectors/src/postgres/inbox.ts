import type pg from "pg";
import { quoted, transaction } from "./connect.ts";

export interface InboxOptions {
  /** Who takes the message: each consumer takes it once. */
  readonly consumer: string;
  /** An alert's id, or the header `message-id`. */
  readonly messageId: string;
  /** Default `weir`; its table is `inbox`. */
  readonly schema?: string;
}

/**
 * Runs `work` for a message that was not taken before, in one transaction with the note that it is taken now; answers whether it ran.
 *
 * For receivers of alerts that write to the same database: a message that comes twice has one effect.
 */
export async function takeOnce(
  pool: pg.Pool,
  { consumer, messageId, schema = "weir" }: InboxOptions,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `INSERT INTO ${quoted(schema)}.inbox (consumer, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [consumer, messageId],
    );
    if (rowCount === 0) return false;
    await work(client);
    return true;
  });
}
