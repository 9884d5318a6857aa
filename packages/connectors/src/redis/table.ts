import type { EventData } from "@weir/core";
import type { Cluster, Redis } from "ioredis";
import { connectRedis, type RedisConnection } from "./connect.ts";
import { toStateError } from "./state-errors.ts";

export interface RedisTableOptions extends RedisConnection {
  /** A hash whose values are rows as JSON objects, or a set whose members are keys of rows without more. */
  readonly key: string;
  /** The field of a row that names it: what the hash's field, or the member of the set, is put into. */
  readonly keyField: string;
  /** More rows are an error. Default 1,000,000. */
  readonly maxRows?: number;
}

/** Reads the rows of a lookup table. Throws `StateStoreError`. */
export async function readRedisTable(options: RedisTableOptions): Promise<readonly EventData[]> {
  try {
    const client = await connectRedis(options);
    try {
      return await readRows(client, options);
    } finally {
      client.disconnect();
    }
  } catch (error) {
    throw toStateError(`read the lookup table \`${options.key}\``, error);
  }
}

/** The rows of a hash or a set; one that changes meanwhile may be read partly as it was and partly as it is. */
export async function readRows(
  client: Redis | Cluster,
  { key, keyField, maxRows = 1_000_000 }: RedisTableOptions,
): Promise<readonly EventData[]> {
  const rows = new Map<string, EventData>();
  for await (const [name, row] of entriesOf(client, key)) {
    rows.set(name, { ...row, [keyField]: name });
    if (rows.size > maxRows) throw new Error(`it has more than ${maxRows} rows`);
  }
  return [...rows.values()];
}

async function* entriesOf(client: Redis | Cluster, key: string): AsyncGenerator<readonly [string, EventData]> {
  const type = await client.type(key);
  let cursor = "0";
  switch (type) {
    case "none":
      return;
    case "set":
      do {
        const [next, members] = await client.sscan(key, cursor, "COUNT", 1000);
        cursor = next;
        for (const member of members) yield [member, {}];
      } while (cursor !== "0");
      return;
    case "hash":
      do {
        const [next, flat] = await client.hscan(key, cursor, "COUNT", 1000);
        cursor = next;
        for (let i = 0; i < flat.length; i += 2) yield [flat[i] ?? "", rowOf(flat[i] ?? "", flat[i + 1] ?? "")];
      } while (cursor !== "0");
      return;
    default:
      throw new Error(`it is a ${type}, and has to be a hash or a set`);
  }
}

function rowOf(name: string, json: string): EventData {
  let row: unknown;
  try {
    row = JSON.parse(json);
  } catch (error) {
    throw new Error(`the row \`${name}\` is no JSON`, { cause: error });
  }
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as EventData;
  throw new Error(`the row \`${name}\` is no JSON object`);
}
