import { SinkError } from "@weir/core";
import type pg from "pg";
import { quoted, transaction } from "./connect.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** What the tables of a schema are made of, step by step; a step that was released never changes. */
export function migrations(schema: string): readonly Migration[] {
  const s = quoted(schema);
  return [
    {
      version: 1,
      name: "alerts, partitioned by month",
      sql: `CREATE TABLE ${s}.alerts (
  id text NOT NULL,
  at timestamptz NOT NULL,
  rule text NOT NULL,
  severity text NOT NULL,
  status text NOT NULL,
  key jsonb NOT NULL,
  message text,
  data jsonb NOT NULL,
  events jsonb,
  correlation_id text,
  written_at timestamptz NOT NULL DEFAULT now(),
  -- The time is a function of the id; it is here because a partitioned table asks for it.
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX alerts_rule_at ON ${s}.alerts (rule, at DESC);
CREATE INDEX alerts_key ON ${s}.alerts USING gin (key jsonb_path_ops);
CREATE TABLE ${s}.positions (
  sink text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  next bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sink, topic, partition)
);`,
    },
    {
      version: 2,
      name: "alerts by hour, for dashboards",
      sql: `CREATE MATERIALIZED VIEW ${s}.alerts_by_hour AS
  SELECT date_trunc('hour', at) AS hour, rule, severity, status, count(*) AS alerts
  FROM ${s}.alerts GROUP BY 1, 2, 3, 4;
CREATE UNIQUE INDEX alerts_by_hour_key ON ${s}.alerts_by_hour (hour, rule, severity, status);`,
    },
    {
      version: 3,
      name: "outbox and inbox",
      sql: `CREATE TABLE ${s}.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text,
  key text,
  payload jsonb NOT NULL,
  headers jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION ${s}.outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('weir_outbox', TG_TABLE_SCHEMA); RETURN NULL; END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON ${s}.outbox
  FOR EACH STATEMENT EXECUTE FUNCTION ${s}.outbox_notify();
CREATE TABLE ${s}.inbox (
  consumer text NOT NULL,
  message_id text NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, message_id)
);`,
    },
    {
      version: 4,
      name: "outbox as a source",
      sql: `-- Given when a row is first read: ids are in the order of inserts, and not of the commits that make rows visible.
ALTER TABLE ${s}.outbox ADD COLUMN position bigint;
CREATE INDEX outbox_unread ON ${s}.outbox (id) WHERE position IS NULL;
CREATE UNIQUE INDEX outbox_position ON ${s}.outbox (position) WHERE position IS NOT NULL;
CREATE TABLE ${s}.outbox_reader (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_position bigint NOT NULL DEFAULT 0
);
INSERT INTO ${s}.outbox_reader DEFAULT VALUES;
CREATE TABLE ${s}.outbox_dead_letters (
  -- Of the alert that could not be written, or the position of the row, and the code: what comes twice is stored once.
  id text PRIMARY KEY,
  position bigint NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  key text,
  payload text,
  headers jsonb NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);`,
    },
  ];
}

/** All steps as one SQL script, for those who apply such things themselves. */
export function migrationScript(schema: string): string {
  const steps = migrations(schema).map(
    ({ version, name, sql }) =>
      `-- ${version}: ${name}\n${sql}\n` +
      `INSERT INTO ${quoted(schema)}.migrations (version, name) VALUES (${version}, '${name.replaceAll("'", "''")}');\n`,
  );
  return `BEGIN;\n${preamble(schema)}\n${steps.join("\n")}COMMIT;\n`;
}

/** Applies the steps that are missing, in one transaction; answers which those were. Several processes may call it at once. */
export async function migrate(pool: pg.Pool, schema: string): Promise<readonly number[]> {
  return transaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`weir:${schema}`]);
    await client.query(preamble(schema));
    const applied = await appliedVersions(client, schema);
    const missing = migrations(schema).filter(({ version }) => !applied.has(version));
    for (const { version, name, sql } of missing) {
      await client.query(sql);
      await client.query(`INSERT INTO ${quoted(schema)}.migrations (version, name) VALUES ($1, $2)`, [version, name]);
    }
    return missing.map(({ version }) => version);
  });
}

/** Applies the steps that are missing, or throws `SinkError` where they are wanted to be there. */
export async function prepareSchema(pool: pg.Pool, schema: string, mode: "apply" | "require"): Promise<void> {
  if (mode === "apply") {
    await migrate(pool, schema);
    return;
  }
  const missing = await missingMigrations(pool, schema);
  if (missing.length === 0) return;
  throw new SinkError(
    `the schema \`${schema}\` lacks the migrations ${missing.map((each) => each.version).join(", ")}`,
    {
      retriable: false,
      hint: "apply what `weir schema postgres` prints, or set `migrations: apply`",
    },
  );
}

/** The steps that a database lacks. */
export async function missingMigrations(pool: pg.Pool, schema: string): Promise<readonly Migration[]> {
  const { rows } = await pool.query<{ known: string | null }>("SELECT to_regclass($1)::text AS known", [
    `${quoted(schema)}.migrations`,
  ]);
  if (rows[0]?.known === null) return migrations(schema);
  const applied = await appliedVersions(pool, schema);
  return migrations(schema).filter(({ version }) => !applied.has(version));
}

async function appliedVersions(client: pg.Pool | pg.PoolClient, schema: string): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${quoted(schema)}.migrations`);
  return new Set(rows.map(({ version }) => version));
}

function preamble(schema: string): string {
  return `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)};
CREATE TABLE IF NOT EXISTS ${quoted(schema)}.migrations (
  version integer PRIMARY KEY,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);`;
}
