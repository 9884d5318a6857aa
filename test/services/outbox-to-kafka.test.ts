import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "@weir/core";
import { createPool, migrate } from "@weir/connectors/postgres";
import { compile } from "@weir/dsl";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { endpoints } from "./endpoints.ts";
import { readAlerts, readAll, type Topics, uniqueTopics } from "./topics.ts";
import { WeirProcess } from "./weir-process.ts";

const { kafka, postgres: url, redis } = endpoints();
const pool = createPool({ url: url === "" ? "postgres://127.0.0.1" : url });
const rules = `
STREAM payments { user: STRING, amount: NUMBER } TIME ts
RULE burst FROM payments BY user WITHIN 10s WHEN COUNT() > 3 EMIT HIGH "{user}" { total: SUM(amount) }
`;

let topics: Topics;
let schema = "";
let folder = "";
let running: WeirProcess[] = [];
let put = 0;

beforeEach(async () => {
  topics = uniqueTopics(kafka);
  schema = `o_${randomUUID().replaceAll("-", "")}`;
  folder = await mkdtemp(join(tmpdir(), "weir-outbox-kafka-"));
  running = [];
  put = 0;
  await migrate(pool, schema);
  await writeFile(join(folder, "rules.weir"), rules);
});
afterEach(async () => {
  for (const weir of running) await weir.kill("SIGKILL");
  await topics.log.close();
  await rm(folder, { recursive: true, force: true });
  await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
});
afterAll(() => pool.end());

async function configure(delivery: string): Promise<void> {
  await writeFile(
    join(folder, "weir.yaml"),
    `name: ${topics.name}
rules: [rules.weir]
source: { outbox: { url: "${url}", schema: ${schema}, stream: payments } }
kafka: { brokers: "${kafka}", sessionTimeout: 6s, createTopics: { partitions: 3 } }
alerts: { topic: ${topics.alerts} }
deadLetters: ${topics.deadLetters}
delivery: ${delivery}
state: { redis: { url: "${redis}", prefix: ${topics.name} } }
sinks: [{ postgres: { url: "${url}", schema: ${schema}, flush: 0ms } }]
settings: { commitEvents: 50, maxBackoffMs: 1s }
http: { port: 0 }
`,
  );
}

async function start(): Promise<WeirProcess> {
  const weir = WeirProcess.run(folder);
  running.push(weir);
  await weir.line("answers probes");
  return weir;
}

const event = (n: number): object => ({
  user: `u${n % 7}`,
  amount: n,
  ts: Date.UTC(2026, 0, 1) + n * 300 + Math.floor(n / 200) * 60_000,
});

/** One transaction after the other, so that rows are read in the order of their ids. */
async function putRows(count: number): Promise<void> {
  for (const end = put + count; put < end; put += 25) {
    const payloads = Array.from({ length: 25 }, (_, i) => JSON.stringify(event(put + i)));
    await pool.query(`INSERT INTO ${schema}.outbox (payload) SELECT * FROM unnest($1::jsonb[])`, [payloads]);
  }
}

async function left(): Promise<number> {
  const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.outbox`);
  return Number(rows[0]?.n);
}

function wantedIds(): readonly string[] {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error("the rules have errors");
  const engine = createEngine(compiled.plan, { scope: `${topics.name}:outbox:0` });
  const alerts = Array.from({ length: put }, (_, n) => engine.push("payments", { ...event(n) })).flat();
  return alerts.map(({ id }) => id).toSorted();
}

async function storedIds(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(`SELECT id FROM ${schema}.alerts`);
  return rows.map(({ id }) => id).toSorted();
}

async function throughKills(): Promise<WeirProcess> {
  let weir = await start();
  for (let round = 0; round < 5; round++) {
    await putRows(300);
    await expect.poll(left, { timeout: 30_000, interval: 2 }).toBeLessThan(250);
    await weir.kill("SIGKILL");
    weir = await start();
  }
  await pool.query(`INSERT INTO ${schema}.outbox (payload) VALUES ('[1]')`);
  await expect.poll(left, { timeout: 60_000 }).toBe(0);
  return weir;
}

test("alerts of an outbox are in the topic and in PostgreSQL once, through kill -9, and rows are deleted", async () => {
  await configure("exactly-once");
  const weir = await throughKills();
  const ids = wantedIds();
  expect(ids.length).toBeGreaterThan(30);
  expect((await readAlerts(topics.log, topics.alerts)).map(({ id }) => id).toSorted()).toEqual(ids);
  await expect.poll(storedIds, { timeout: 30_000 }).toEqual(ids);
  const letters = await readAll(topics.log, topics.deadLetters);
  expect(letters.map(({ headers }) => String(headers["weir-code"]))).toEqual(["not-an-object"]);
  expect(await weir.kill("SIGTERM")).toBe(0);

  const reset = await runWeir(["reset", join(folder, "weir.yaml"), `${topics.name}:outbox:0`]);
  expect(reset).toMatchObject({
    code: 0,
    out: `${topics.name}:outbox:0 begins with empty state: outbox at ${put + 2}\n`,
  });
  const again = await start();
  await pool.query(`INSERT INTO ${schema}.outbox (payload) VALUES ('{"user":"u","amount":1,"ts":1}')`);
  await expect.poll(left, { timeout: 30_000 }).toBe(0);
  expect(await again.kill("SIGTERM")).toBe(0);
}, 180_000);

test("with at-least-once none is lost, and each is in PostgreSQL once", async () => {
  await configure("at-least-once");
  await throughKills();
  const ids = wantedIds();
  const written = (await readAlerts(topics.log, topics.alerts)).map(({ id }) => id);
  expect([...new Set(written)].toSorted()).toEqual(ids);
  await expect.poll(storedIds, { timeout: 30_000 }).toEqual(ids);
}, 180_000);
