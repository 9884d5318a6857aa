import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, type LogRecord, type SourceBatch } from "@weir/core";
import {
  createOutboxDecoder,
  createOutboxSource,
  createPool,
  migrate,
  type OutboxSource,
} from "@weir/connectors/postgres";
import { compile } from "@weir/dsl";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { endpoints } from "./endpoints.ts";
import { WeirProcess } from "./weir-process.ts";

const { postgres: url, redis } = endpoints();
const pool = createPool({ url: url === "" ? "postgres://127.0.0.1" : url });
let schema = "";

beforeEach(async () => {
  schema = `o_${randomUUID().replaceAll("-", "")}`;
  if (url !== "") await migrate(pool, schema);
});
afterEach(async () => {
  if (url !== "") await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
});
afterAll(() => pool.end());

describe("rows of an outbox", () => {
  let sources: OutboxSource[] = [];

  beforeEach(() => {
    sources = [];
  });
  afterEach(async () => {
    for (const source of sources) await source.close();
  });

  async function open(position: number | null): Promise<OutboxSource> {
    const source = await createOutboxSource({ url, schema });
    sources.push(source);
    await source.take?.();
    await source.open(position);
    return source;
  }

  async function put(n: number, client: { query(sql: string): Promise<unknown> } = pool): Promise<void> {
    await client.query(
      `INSERT INTO ${schema}.outbox (topic, key, payload, headers) VALUES ('payments', 'k${n}', '{"n":${n}}', '{"traceparent":"t${n}"}')`,
    );
  }

  test("come with key, payload, headers and time, and a row that becomes visible late is not passed over", async () => {
    const source = await open(null);
    const slow = await pool.connect();
    await slow.query("BEGIN");
    await put(1, slow);
    await put(2);
    const first = records(await source.poll(10, 2000));
    expect(first.map(numberOf)).toEqual([2]);
    expect(first[0]).toMatchObject({ offset: 1, headers: { traceparent: "t2", "outbox-topic": "payments" } });
    expect(String(first[0]?.headers["message-id"])).toBe(`${schema}.outbox:2`);
    expect(Math.abs(Date.now() - (first[0]?.timestamp ?? 0))).toBeLessThan(60_000);
    expect(createOutboxDecoder().decode("outbox", first[0]!)).toEqual({ stream: "payments", event: { n: 2 } });
    await slow.query("COMMIT");
    slow.release();
    expect(records(await source.poll(10, 2000)).map((record) => [numberOf(record), record.offset])).toEqual([[1, 2]]);
  });

  test("come again in the same order until they are acknowledged, and are deleted then", async () => {
    const first = await open(null);
    for (let n = 1; n <= 5; n++) await put(n);
    expect(records(await first.poll(3, 1000)).map(numberOf)).toEqual([1, 2, 3]);
    expect(records(await first.poll(10, 1000)).map(numberOf)).toEqual([4, 5]);
    await first.acknowledge(3);
    await first.close();
    await put(6);
    const second = await open(4);
    const again = records(await second.poll(10, 1000));
    expect(again.map((record) => [numberOf(record), record.offset])).toEqual([
      [4, 4],
      [5, 5],
    ]);
    expect(records(await second.poll(10, 1000)).map(numberOf)).toEqual([6]);
    const { rows } = await pool.query(`SELECT position FROM ${schema}.outbox ORDER BY position`);
    expect(rows.map(({ position }: { readonly position: string }) => Number(position))).toEqual([3, 4, 5, 6]);
    // Positions go on where they were, also when no row is left.
    await second.acknowledge(7);
    await put(7);
    expect(records(await second.poll(10, 1000))[0]?.offset).toBe(7);
  });

  test("are left for later where another transaction holds them, and waited for where there are none", async () => {
    const source = await open(null);
    await put(1);
    await put(2);
    const other = await pool.connect();
    await other.query("BEGIN");
    await other.query(`SELECT 1 FROM ${schema}.outbox WHERE id = 1 FOR UPDATE`);
    expect(records(await source.poll(10, 100)).map(numberOf)).toEqual([2]);
    await other.query("ROLLBACK");
    other.release();
    expect(records(await source.poll(10, 100)).map(numberOf)).toEqual([1]);
    const waiting = source.poll(10, 20_000);
    setTimeout(() => void put(3), 100);
    const startedAt = performance.now();
    expect(records(await waiting).map(numberOf)).toEqual([3]);
    // It was told: it did not wait for its time.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("are read by one process; another one stands by and goes on when it ends", async () => {
    const first = await open(null);
    const second = await createOutboxSource({ url, schema });
    sources.push(second);
    await expect(second.take?.()).rejects.toMatchObject({
      name: "SourceError",
      retriable: true,
      message: `the outbox of the schema \`${schema}\` is read by another process`,
    });
    await first.close();
    await expect
      .poll(
        () =>
          second.take?.().then(
            () => true,
            () => false,
          ),
        { timeout: 5000 },
      )
      .toBe(true);
  });

  test("that cannot be read are an error that says so, and whose dead letters are stored once", async () => {
    const source = await open(null);
    await pool.query(`ALTER TABLE ${schema}.outbox RENAME TO gone`);
    await expect(source.poll(10, 100)).rejects.toMatchObject({ name: "SourceError", retriable: false });
    const letter = {
      topic: "dead-letters",
      key: null,
      value: '{"a":"\u0000"}',
      headers: { "weir-code": "not-json", "weir-message": "m", "weir-offset": "7" },
    };
    await source.deadLetters([letter]);
    await source.deadLetters([letter]);
    const { rows } = await pool.query(`SELECT id, position, code FROM ${schema}.outbox_dead_letters`);
    expect(rows).toEqual([{ id: "7:not-json", position: "7", code: "not-json" }]);
  });
});

describe("weir run on an outbox", () => {
  const rules = `
STREAM payments { user: STRING, amount: NUMBER } TIME ts LATENESS 1m
RULE burst FROM payments BY user WITHIN 10s WHEN COUNT() > 3 EMIT HIGH "{user}" { total: SUM(amount) }
`;
  let folder = "";
  let name = "";
  let running: WeirProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "weir-outbox-"));
    name = `outbox-${schema.slice(2, 10)}`;
    running = [];
    const named = `${url}?application_name=${name}`;
    await writeFile(join(folder, "rules.weir"), rules);
    await writeFile(
      join(folder, "weir.yaml"),
      `name: ${name}
rules: [rules.weir]
source: { outbox: { url: "${named}", schema: ${schema}, stream: payments } }
state: { redis: { url: "${redis}", prefix: ${name} } }
sinks: [{ postgres: { url: "${named}", schema: ${schema} } }]
settings: { commitEvents: 50, maxBackoffMs: 1s }
http: { port: 0 }
`,
    );
  });
  afterEach(async () => {
    for (const weir of running) await weir.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  function start(): WeirProcess {
    const weir = WeirProcess.run(folder);
    running.push(weir);
    return weir;
  }

  async function left(): Promise<number> {
    const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.outbox`);
    return Number(rows[0]?.n);
  }

  async function seenCount(): Promise<number> {
    const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.seen`);
    return Number(rows[0]?.n);
  }

  test("stores each alert once, through kill -9, broken connections and transactions that end out of order", async () => {
    // Remembers in which order rows were read, which one engine then repeats.
    await pool.query(`CREATE TABLE ${schema}.seen (position bigint PRIMARY KEY, payload jsonb);
      CREATE FUNCTION ${schema}.see() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO ${schema}.seen VALUES (NEW.position, NEW.payload); RETURN NULL; END';
      CREATE TRIGGER see AFTER UPDATE OF position ON ${schema}.outbox FOR EACH ROW EXECUTE FUNCTION ${schema}.see()`);
    let weir = start();
    await weir.line("answers probes");
    let put = 0;
    const putRows = async (count: number): Promise<void> => {
      const clients = await Promise.all([pool.connect(), pool.connect()]);
      for (const client of clients) await client.query("BEGIN");
      for (let i = 0; i < count; i++, put++) {
        const event = {
          user: `u${put % 7}`,
          amount: put,
          ts: Date.UTC(2026, 0, 1) + put * 300 + Math.floor(put / 200) * 60_000,
        };
        await clients[put % 2]!.query(`INSERT INTO ${schema}.outbox (payload) VALUES ($1)`, [event]);
      }
      for (const client of clients.toReversed()) {
        await client.query("COMMIT");
        client.release();
      }
    };
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 4; i++) await putRows(25);
      if (round % 2 === 0) continue;
      // In the middle: read, and not all of it stored yet.
      await expect.poll(seenCount, { timeout: 30_000, interval: 2 }).toBeGreaterThan(put - 100);
      if (round % 4 === 1) {
        await weir.kill("SIGKILL");
        weir = start();
      }
      if (round % 4 === 3) {
        await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [name]);
      }
    }
    await pool.query(`INSERT INTO ${schema}.outbox (payload) VALUES ('[1]')`);
    await expect.poll(left, { timeout: 60_000 }).toBe(0);
    expect(await weir.kill("SIGTERM")).toBe(0);

    const compiled = compile(rules);
    if (!compiled.ok) throw new Error("the rules have errors");
    const engine = createEngine(compiled.plan, { scope: `${name}:outbox:0` });
    const { rows: seen } = await pool.query<{ payload: Record<string, unknown> }>(
      `SELECT payload FROM ${schema}.seen ORDER BY position`,
    );
    expect(seen).toHaveLength(1201);
    const wanted = seen
      .filter(({ payload }) => !Array.isArray(payload))
      .flatMap(({ payload }) => engine.push("payments", payload))
      .map(({ id }) => id);
    expect(wanted.length).toBeGreaterThan(30);
    const { rows: stored } = await pool.query<{ id: string }>(`SELECT id FROM ${schema}.alerts`);
    expect(stored.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
    const { rows: letters } = await pool.query(`SELECT code, payload FROM ${schema}.outbox_dead_letters`);
    expect(letters).toEqual([{ code: "not-an-object", payload: "[1]" }]);
  }, 180_000);

  test("takes over from a process that ends, keeps its rules when told to reload, and can be reset", async () => {
    const first = start();
    await first.line("answers probes");
    const second = start();
    const { port } = await second.line("answers probes");
    await second.line("trying again");
    const health = await (await fetch(`http://127.0.0.1:${String(port)}/health`)).text();
    expect(health).toContain("is read by another process");
    const now = rules.replace(" LATENESS 1m", "");
    await writeFile(join(folder, "rules.weir"), `${now}\nRULE large FROM payments WHERE amount > 5 EMIT LOW "large"`);
    await first.line("rules replaced");
    await pool.query(`INSERT INTO ${schema}.outbox (payload) VALUES ('{"user":"u","amount":6,"ts":1767225600000}')`);
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
    expect(await first.kill("SIGTERM")).toBe(0);
    await pool.query(`INSERT INTO ${schema}.outbox (payload) VALUES ('{"user":"u","amount":7,"ts":1767225600001}')`);
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
    const { rows } = await pool.query(`SELECT rule FROM ${schema}.alerts`);
    expect(rows).toEqual([{ rule: "large" }, { rule: "large" }]);
    expect(await second.kill("SIGTERM")).toBe(0);
    const config = join(folder, "weir.yaml");
    expect(await runWeir(["reset", config, `${name}:outbox:0`])).toMatchObject({
      code: 0,
      out: `${name}:outbox:0 begins with empty state: at the first row left in the outbox\n`,
    });
    expect(await runWeir(["reset", config, `${name}:outbox:1`])).toMatchObject({ code: 2 });
  }, 120_000);
});

function records(batch: SourceBatch): readonly LogRecord[] {
  return batch.kind === "records" ? batch.records : [];
}

function numberOf({ value }: LogRecord): number {
  return (JSON.parse(Buffer.from(value ?? []).toString()) as { readonly n: number }).n;
}
