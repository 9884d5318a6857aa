import { randomUUID } from "node:crypto";
import type { Alert, LogMessage, LogProducer, SinkAlert, TopicPartition } from "@weir/core";
import {
  createPool,
  createPostgresSink,
  migrate,
  migrationScript,
  readPostgresTable,
  startOutboxRelay,
  takeOnce,
} from "@weir/connectors/postgres";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";

const { postgres: url } = endpoints();
const pool = createPool({ url: url === "" ? "postgres://127.0.0.1" : url });
let schema = "";

beforeEach(() => {
  schema = `t_${randomUUID().replaceAll("-", "")}`;
});
afterEach(async () => {
  if (url !== "") await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
});
afterAll(() => pool.end());

const source: TopicPartition = { topic: "alerts", partition: 3 };
const at = Date.UTC(2026, 4, 31, 23, 59);

function alertOf(id: string, more: Partial<Alert> = {}): SinkAlert {
  const alert = {
    id,
    rule: "burst",
    severity: "HIGH",
    status: "firing",
    at,
    key: { user: "u" },
    message: "m",
    data: {},
  };
  return { id, json: JSON.stringify({ ...alert, ...more }), headers: { "correlation-id": "c-1" } };
}

async function count(): Promise<number> {
  const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.alerts`);
  return Number(rows[0]?.n);
}

describe("the sink", () => {
  test("writes each alert once, with the position, however often a batch comes and however it is cut", async () => {
    const sink = await createPostgresSink({ url, schema });
    const alerts = Array.from({ length: 1200 }, (_, i) => alertOf(`a${i}`, { at: at + i * 60_000 }));
    expect(await sink.position?.(source)).toBeNull();
    expect(await sink.write({ source, next: 1000, alerts: alerts.slice(0, 1000) })).toEqual([]);
    expect(await sink.position?.(source)).toBe(1000);
    await sink.write({ source, next: 1200, alerts: alerts.slice(500) });
    await sink.write({ source, next: 1200, alerts });
    expect(await count()).toBe(1200);
    expect(await sink.position?.(source)).toBe(1200);
    expect(await sink.position?.({ topic: "alerts", partition: 0 })).toBeNull();
    const { rows } = await pool.query(`SELECT * FROM ${schema}.alerts WHERE id = 'a0'`);
    expect(rows[0]).toMatchObject({
      at: new Date(at),
      rule: "burst",
      key: { user: "u" },
      message: "m",
      correlation_id: "c-1",
    });
    const { rows: tables } = await pool.query(
      "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass ORDER BY 1",
      [`${schema}.alerts`],
    );
    expect(tables).toEqual([{ relname: "alerts_2026_05" }, { relname: "alerts_2026_06" }]);
    await sink.close();
  });

  test("takes text that PostgreSQL has no place for, and refuses times beyond the calendar by their place", async () => {
    const sink = await createPostgresSink({ url, schema });
    const strange = alertOf("x\u0000y", { message: "\u0000", data: { "a\u0000": "\ud800", deep: [{ b: "\u0000" }] } });
    const refused = await sink.write({
      source: null,
      next: 0,
      alerts: [strange, alertOf("far", { at: 8e15 }), { id: "z", json: "no", headers: {} }, alertOf("good")],
    });
    expect(refused.map(({ index, code }) => [index, code])).toEqual([
      [1, "time-out-of-range"],
      [2, "not-an-alert"],
    ]);
    expect(await count()).toBe(2);
    await sink.close();
  });

  test("refuses to start with a wrong password, and without migrations where they are required", async () => {
    await expect(createPostgresSink({ url: url.replace(":weir@", ":no@"), schema })).rejects.toMatchObject({
      name: "SinkError",
      retriable: false,
      hint: "look at the user and password in `url`",
    });
    await expect(createPostgresSink({ url, schema, migrations: "require" })).rejects.toMatchObject({
      retriable: false,
      message: `the schema \`${schema}\` lacks the migrations 1, 2, 3, 4`,
    });
    await pool.query(migrationScript(schema));
    const sink = await createPostgresSink({ url, schema, migrations: "require" });
    await sink.close();
    expect(await migrate(pool, schema)).toEqual([]);
  });

  test("may be started by several processes at once", async () => {
    const sinks = await Promise.all([1, 2, 3].map(() => createPostgresSink({ url, schema })));
    await Promise.all(sinks.map((sink) => sink.write({ source, next: 1, alerts: [alertOf("one")] })));
    expect(await count()).toBe(1);
    await Promise.all(sinks.map((sink) => sink.close()));
  });

  test("is retriable where the server is not there", async () => {
    await expect(createPostgresSink({ url: "postgres://127.0.0.1:1/x", schema })).rejects.toMatchObject({
      name: "SinkError",
      retriable: true,
    });
  });

  test("keeps the view for dashboards up to date", async () => {
    const sink = await createPostgresSink({ url, schema, refreshViewMs: 20 });
    await sink.write({ source, next: 2, alerts: [alertOf("a"), alertOf("b")] });
    await expect
      .poll(async () => (await pool.query<object>(`SELECT rule, alerts FROM ${schema}.alerts_by_hour`)).rows, {
        timeout: 5000,
      })
      .toEqual([{ rule: "burst", alerts: "2" }]);
    await sink.close();
  });
});

test("rows of a query are the rows of a lookup table, up to a limit", async () => {
  const query = "SELECT 'u' || n AS user, n AS risk FROM generate_series(1, 25000) n";
  const rows = await readPostgresTable({ url, query });
  expect(rows).toHaveLength(25_000);
  expect(rows[0]).toEqual({ user: "u1", risk: 1 });
  await expect(readPostgresTable({ url, query, maxRows: 20_000 })).rejects.toThrow("more than 20000 rows");
});

describe("the outbox", () => {
  test("sends each row of committed transactions in order, soon after the commit, and deletes it", async () => {
    await migrate(pool, schema);
    const sent: LogMessage[] = [];
    let failing = true;
    const producer: LogProducer = {
      send: async (messages) => {
        if (failing) {
          failing = false;
          throw new Error("not now");
        }
        sent.push(...messages);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const errors: unknown[] = [];
    const relay = startOutboxRelay(producer, { url, topic: "orders", schema, onError: (error) => errors.push(error) });
    await pool.query(
      `INSERT INTO ${schema}.outbox (key, payload, headers) SELECT 'k' || n, jsonb_build_object('n', n), '{"h": 1}'
       FROM generate_series(1, 1200) n`,
    );
    await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(1200);
    await relay.stop();
    expect(errors).toHaveLength(1);
    expect(sent.map(({ value }) => value)).toEqual(Array.from({ length: 1200 }, (_, i) => `{"n":${i + 1}}`));
    expect(sent[0]).toMatchObject({
      topic: "orders",
      key: "k1",
      headers: { h: "1", "message-id": `${schema}.outbox:1` },
    });
    expect((await pool.query(`SELECT 1 FROM ${schema}.outbox`)).rows).toEqual([]);
  });
});

test("a message that comes twice is taken once, and again where its work failed", async () => {
  await migrate(pool, schema);
  const message = { consumer: "billing", messageId: "m-1", schema };
  await expect(takeOnce(pool, message, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await takeOnce(pool, message, () => Promise.resolve())).toBe(true);
  expect(await takeOnce(pool, message, () => Promise.reject(new Error("never")))).toBe(false);
  expect(await takeOnce(pool, { ...message, consumer: "audit" }, () => Promise.resolve())).toBe(true);
});
