import { randomUUID } from "node:crypto";
import { createPool, createPostgresSink } from "@weir/connectors/postgres";
import { sinkSuite } from "../contracts/sink-suite.ts";
import { endpoints } from "./endpoints.ts";

const { postgres: url } = endpoints();

interface StoredAlert {
  readonly id: string;
  readonly at: Date;
}

sinkSuite(
  "PostgreSQL",
  async () => {
    const schema = `suite_${randomUUID().replaceAll("-", "")}`;
    const pool = createPool({ url });
    // The first one makes the tables.
    await (await createPostgresSink({ url, schema })).close();
    return {
      open: () => createPostgresSink({ url, schema }),
      contents: async () => {
        const columns = "id, rule, severity, status, at, key, message, data";
        const { rows } = await pool.query<StoredAlert>(`SELECT ${columns} FROM ${schema}.alerts`);
        return rows.map((row) => ({ id: row.id, json: { ...row, at: row.at.getTime() } }));
      },
      wait: (work) => work,
      close: async () => {
        await pool.query(`DROP SCHEMA ${schema} CASCADE`);
        await pool.end();
      },
    };
  },
  { storesOnce: true, storesPosition: true },
);
