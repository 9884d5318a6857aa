import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "@weir/core";
import { createPool } from "@weir/connectors/postgres";
import { compile } from "@weir/dsl";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { endpoints } from "./endpoints.ts";
import { jsonMessage, readAlerts, readAll, type Topics, uniqueTopics, write } from "./topics.ts";
import { WeirProcess } from "./weir-process.ts";

const { kafka, redis, postgres } = endpoints();
const secret = "a secret of 24 characters";
const rules = `
STREAM payments { user: STRING, amount: NUMBER } TIME ts
RULE burst FROM payments BY user WITHIN 10s WHEN COUNT() > 3 EMIT HIGH "{user}" { total: SUM(amount) }
`;

let topics: Topics;
let folder = "";
let schema = "";
let running: WeirProcess[] = [];
let receiver: Server;
let received: string[] = [];

beforeEach(async () => {
  topics = uniqueTopics(kafka);
  schema = topics.name.replace("-", "_");
  folder = await mkdtemp(join(tmpdir(), "weir-run-"));
  running = [];
  received = [];
  receiver = createServer((request, response) => {
    received.push(String(request.headers["webhook-id"]));
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  await writeFile(join(folder, "rules.weir"), rules);
});

afterEach(async () => {
  for (const weir of running) await weir.kill("SIGKILL");
  receiver.close();
  await topics.log.close();
  await rm(folder, { recursive: true, force: true });
  if (postgres === "") return;
  const pool = createPool({ url: postgres });
  await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
});

async function configure(more = ""): Promise<void> {
  await writeFile(
    join(folder, "weir.yaml"),
    `name: ${topics.name}
rules: [rules.weir]
kafka: { brokers: "${kafka}", sessionTimeout: 6s, createTopics: { partitions: 2 } }
inputs: [{ topic: ${topics.input}, stream: payments }]
alerts: { topic: ${topics.alerts} }
deadLetters: ${topics.deadLetters}
late: ${topics.late}
state: { redis: { url: "${redis}", prefix: ${topics.name} } }
http: { port: 0 }
${more}`,
  );
}

const sinks = (): string => `sinks:
  - postgres: { url: "${postgres}", schema: ${schema} }
  - webhook:
      targets: [{ url: "http://127.0.0.1:${(receiver.address() as AddressInfo).port}/", secret: ${secret} }]
      allowHttp: true
      allowNetworks: [127.0.0.0/8]
`;

function start(): WeirProcess {
  const weir = WeirProcess.run(folder);
  running.push(weir);
  return weir;
}

const begin = Date.UTC(2026, 0, 1);

/** Payments of some users, of whom each pays in bursts. */
function payments(count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    user: `u${i % 7}`,
    amount: i,
    ts: begin + i * 300 + Math.floor(i / 200) * 60_000,
  }));
}

async function ready(weir: WeirProcess): Promise<string> {
  const { port } = await weir.line("answers probes");
  return `http://127.0.0.1:${String(port)}`;
}

async function storedIds(): Promise<readonly string[]> {
  const pool = createPool({ url: postgres });
  const { rows } = await pool.query<{ id: string }>(`SELECT id FROM ${schema}.alerts ORDER BY id`);
  await pool.end();
  return rows.map(({ id }) => id);
}

async function committed(): Promise<number> {
  const partitions = [0, 1].map((partition) => ({ topic: topics.input, partition }));
  const offsets = await topics.log.committed(topics.name, partitions);
  return offsets.reduce((sum, each) => sum + (each?.offset ?? 0), 0);
}

test("alerts are in the topic, in PostgreSQL and at the webhook, once, also after a kill -9 in the middle", async () => {
  await configure(sinks());
  const first = start();
  await ready(first);
  const events = payments(3000);
  const messages = events.map((event) => jsonMessage(topics.input, (event as { user: string }).user, event));
  await write(topics.log, messages.slice(0, 1500));
  await expect.poll(committed, { timeout: 30_000 }).toBeGreaterThan(500);
  await first.kill("SIGKILL");
  await write(topics.log, messages.slice(1500));
  const second = start();
  await ready(second);
  await expect.poll(committed, { timeout: 60_000 }).toBe(3000);

  const alerts = await readAlerts(topics.log, topics.alerts);
  const ids = alerts.map(({ id }) => id).toSorted();
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(await referenceIds());
  await expect.poll(storedIds, { timeout: 30_000 }).toEqual(ids);
  await expect.poll(() => new Set(received).size, { timeout: 30_000 }).toBe(ids.length);
  expect(await second.kill("SIGTERM")).toBe(0);
}, 180_000);

/** What one engine for each partition makes of what is in the topic. */
async function referenceIds(): Promise<readonly string[]> {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error("the rules have errors");
  const records = await readAll(topics.log, topics.input);
  // `readAll` gives one partition after the other: offsets begin again at 0.
  let partition = -1;
  const ids: string[] = [];
  let engine = createEngine(compiled.plan);
  for (const { offset, value } of records) {
    if (offset === 0) engine = createEngine(compiled.plan, { scope: `${topics.name}:${topics.input}:${++partition}` });
    const event = JSON.parse(Buffer.from(value ?? []).toString()) as Record<string, unknown>;
    ids.push(...engine.push("payments", event).map(({ id }) => id));
  }
  return ids.toSorted();
}

test("changed rules take over with the state of what did not change; a bad file changes nothing and says so", async () => {
  await configure();
  const weir = start();
  await ready(weir);
  const burst = (from: number, count: number, user = "u") =>
    Array.from({ length: count }, (_, i) =>
      jsonMessage(topics.input, user, { user, amount: 1, ts: begin + (from + i) * 100 }),
    );
  await write(topics.log, burst(0, 3));
  await expect.poll(committed, { timeout: 20_000 }).toBe(3);

  await writeFile(join(folder, "rules.weir"), `${rules}\nRULE broken FROM nowhere`);
  weir.signal("SIGHUP");
  const refused = await weir.line("the rules have errors: the old ones go on");
  expect(JSON.stringify(refused["errors"])).toContain("rules.weir:");

  await writeFile(join(folder, "rules.weir"), `${rules}\nRULE large FROM payments WHERE amount >= 1 EMIT LOW "large"`);
  const replaced = await weir.line("rules replaced");
  expect(replaced).toMatchObject({ audit: true, added: ["large"], removed: [] });
  // The fourth within ten seconds: the first three were counted before the change.
  await write(topics.log, burst(3, 1));
  await expect.poll(committed, { timeout: 20_000 }).toBe(4);
  const names = (await readAlerts(topics.log, topics.alerts)).map(({ rule }) => rule).toSorted();
  expect(names).toEqual(["burst", "large"]);
}, 120_000);

test("what cannot be processed is a dead letter that says why, and the rest goes on", async () => {
  await configure();
  const weir = start();
  const url = await ready(weir);
  const raw = (value: Uint8Array | string | null) => ({
    topic: topics.input,
    partition: 0,
    key: "k",
    value,
    headers: {},
  });
  const good = { user: "u", amount: 1, ts: begin };
  await write(topics.log, [
    raw(Buffer.of(0xff, 0xfe)),
    raw("[1]"),
    raw(null),
    raw(JSON.stringify({ ...good, ts: Date.UTC(2099, 0, 1) })),
    raw(JSON.stringify({ ...good, ts: "no time" })),
    raw(JSON.stringify(good)),
  ]);
  await write(topics.log, [raw(JSON.stringify({ ...good, note: "x".repeat(10_000_000) }))]);
  await expect.poll(committed, { timeout: 30_000 }).toBe(7);
  const letters = await readAll(topics.log, topics.deadLetters);
  const codes = letters.map(({ headers }) => Buffer.from(headers["weir-code"] ?? "").toString());
  expect(codes.toSorted()).toEqual(["ahead-of-time", "bad-event", "not-an-object", "not-json", "too-large"]);
  const notJson = letters.find(({ headers }) => Buffer.from(headers["weir-code"] ?? "").toString() === "not-json");
  expect(Buffer.from(notJson?.value ?? [])).toEqual(Buffer.of(0xff, 0xfe));
  expect(Buffer.from(notJson?.headers["weir-topic"] ?? "").toString()).toBe(topics.input);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('weir_events_total{outcome="dead_letter",');
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ health: "ok" });
}, 120_000);

test("state that Redis lost is made again from the log; where it cannot be, the task halts until it is reset", async () => {
  await configure();
  const first = start();
  await ready(first);
  const messages = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      jsonMessage(topics.input, "u", { user: "u", amount: 1, ts: begin + (from + i) * 100 }),
    );
  await write(topics.log, messages(0, 3));
  await expect.poll(committed, { timeout: 20_000 }).toBe(3);
  await first.kill("SIGKILL");
  const client = new Redis(redis);
  const lose = async () => {
    for (const key of await client.keys(`*${topics.name}:*`)) await client.del(key);
  };
  await lose();
  const second = start();
  await ready(second);
  await write(topics.log, messages(3, 1));
  await expect.poll(committed, { timeout: 30_000 }).toBe(4);
  expect((await readAlerts(topics.log, topics.alerts)).map(({ rule }) => rule)).toEqual(["burst"]);
  await second.kill("SIGTERM");

  // With a table a replay could give something else.
  await writeFile(
    join(folder, "rules.weir"),
    `${rules}TABLE known KEY user\nRULE seen FROM payments WHERE user IN known EMIT LOW`,
  );
  await writeFile(join(folder, "known.ndjson"), '{"user":"nobody"}\n');
  await configure("tables: { known: { file: { path: known.ndjson } } }");
  await lose();
  const third = start();
  const halted = await third.line("halted");
  expect(halted["error"]).toContain("is lost");
  expect(await third.exited()).toBe(1);
  const task = /`(run-[^`]*)` is lost/.exec(String(halted["error"]))?.[1] ?? "";
  expect(third.errors).toContain(`weir reset CONFIG ${task}`);
  const reset = await runWeir(["reset", join(folder, "weir.yaml"), task]);
  expect(reset).toMatchObject({ code: 0, out: `${task} begins with empty state: ${topics.input} at 4\n` });
  const fourth = start();
  await ready(fourth);
  await write(topics.log, messages(4, 2));
  await expect.poll(committed, { timeout: 30_000 }).toBe(6);
  client.disconnect();
}, 180_000);

describe("what is wrong at the start is said in one line that names the setting", () => {
  async function failure(change: (config: string) => string): Promise<string> {
    await configure();
    const { readFile } = await import("node:fs/promises");
    const path = join(folder, "weir.yaml");
    await writeFile(path, change(await readFile(path, "utf8")));
    const weir = start();
    const code = await weir.exited();
    return `${code}: ${weir.errors}`;
  }

  test("a broker that is not there", async () => {
    const said = await failure((config) => config.replace(kafka, "127.0.0.1:1"));
    expect(said).toMatch(/^1: weir: cannot .*ECONNREFUSED/);
    expect(said).toContain("look at `kafka.brokers`");
  });

  test("topics that are not there", async () => {
    const said = await failure((config) => config.replace(", createTopics: { partitions: 2 }", ""));
    expect(said).toContain(`\`${topics.input}\``);
    expect(said).toContain("create the topic");
  });

  test("a wrong password of Redis", async () => {
    const said = await failure((config) => config.replace(redis, redis.replace("//", "//nobody:wrong@")));
    expect(said).toContain("1: weir: cannot connect to Redis");
    expect(said).toContain("`state.redis.url`");
    expect(said).not.toContain("wrong@");
  });

  test("a wrong password of PostgreSQL", async () => {
    const said = await failure((config) => `${config}${sinks().replace(":weir@", ":wrong@")}`);
    expect(said).toContain("1: weir: cannot prepare the database");
    expect(said).toContain("look at the user and password");
  });

  test("a mistake in the configuration", async () => {
    const said = await failure((config) => config.replace("deadLetters:", "deadLeters:"));
    expect(said).toContain("2: weir: ");
    expect(said).toContain("did you mean `deadLetters`?");
  });
});
