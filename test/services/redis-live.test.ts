import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { createPipeline, type LiveWiring, MemoryStateStore, type Pipeline, type Plan } from "@weir/core";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createNodeHost } from "@weir/connectors/host";
import { createRedisLiveView, createRedisTableSource, liveKey } from "@weir/connectors/redis";
import { compile } from "@weir/dsl";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PushedSource } from "../contracts/pushed-source.ts";
import { endpoints } from "./endpoints.ts";

const { redis } = endpoints();

let client: Redis;
let closers: (() => Promise<unknown>)[];

beforeEach(() => {
  client = new Redis(redis);
  closers = [];
});

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  client.disconnect();
});

const text = `
STREAM payments { user: STRING, shop: STRING, amount: NUMBER } TIME ts
RULE busy FROM payments BY user WITHIN 1h WHEN COUNT() >= 100 EMIT LOW { n: COUNT(), total: SUM(amount) }
RULE pairs FROM payments BY user, shop WITHIN 10s WHEN COUNT() >= 100 EMIT LOW { n: COUNT() }
`;

async function start(source: PushedSource, rules: LiveWiring["rules"]): Promise<{ app: string; pipeline: Pipeline }> {
  const app = `test-${randomUUID()}`;
  const view = await createRedisLiveView({ url: redis, app });
  const pipeline = createPipeline({
    name: app,
    plan: planOf(text),
    input: { source, decoder: createJsonDecoder({ stream: "payments" }) },
    state: new MemoryStateStore(),
    live: { view, rules },
    host: createNodeHost(),
    settings: { commitIntervalMs: 10 },
  });
  await pipeline.start();
  closers.push(
    () => view.close(),
    () => pipeline.stop(),
  );
  return { app, pipeline };
}

test("GET tells what a rule's window of a key holds as of the last commit, and forgets it when the window is over", async () => {
  const source = new PushedSource();
  const { app } = await start(source, { busy: {}, pairs: { field: "n" } });
  for (let i = 0; i < 3; i++) source.push({ user: "ann", shop: "a:b%", amount: 5, ts: Date.now() });
  source.push({ user: "ключ", shop: "x", amount: 1, ts: Date.now() });
  await vi.waitFor(async () => expect(await client.get(`{${app}}:live:busy:ключ`)).toBe('{"n":1,"total":1}'));
  expect(await client.get(`{${app}}:live:busy:ann`)).toBe('{"n":3,"total":15}');
  expect(await client.get(`{${app}}:live:pairs:ann:a%3Ab%25`)).toBe("3");
  expect(liveKey(app, "pairs", ["ann", "a:b%"])).toBe(`{${app}}:live:pairs:ann:a%3Ab%25`);
  const standsMs = await client.pttl(`{${app}}:live:busy:ann`);
  expect(standsMs).toBeGreaterThan(3_500_000);
  expect(standsMs).toBeLessThanOrEqual(3_600_000);
  expect(await client.pttl(`{${app}}:live:pairs:ann:a%3Ab%25`)).toBeLessThanOrEqual(10_000);
  source.push({ user: "ann", shop: "z", amount: 7, ts: Date.now() });
  await vi.waitFor(async () => expect(await client.get(`{${app}}:live:busy:ann`)).toBe('{"n":4,"total":22}'));
});

test("a time to live of one's own, and 5,000 keys of one commit, are shown", async () => {
  const source = new PushedSource();
  const { app } = await start(source, { busy: { field: "total", ttlMs: 60_000 } });
  for (let i = 0; i < 5000; i++) source.push({ user: `u${i}`, shop: "s", amount: i, ts: Date.now() });
  await vi.waitFor(async () => expect(await client.get(`{${app}}:live:busy:u4999`)).toBe("4999"), 20_000);
  const names = Array.from({ length: 5000 }, (_, i) => `{${app}}:live:busy:u${i}`);
  await vi.waitFor(async () => {
    expect(await client.mget(names)).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
  });
  expect(await client.pttl(`{${app}}:live:busy:u1`)).toBeLessThanOrEqual(60_000);
});

test("a hash and a set are read again when a keyspace event tells of a change", async () => {
  const before = await client.config("GET", "notify-keyspace-events");
  closers.push(() => client.config("SET", "notify-keyspace-events", before[1] ?? ""));
  for (const [key, change] of [
    [`hash-${randomUUID()}`, (name: string) => client.hset(name, "u1", '{"tier":"gold"}')],
    [`set-${randomUUID()}`, (name: string) => client.sadd(name, "u1")],
  ] as const) {
    await client.config("SET", "notify-keyspace-events", "");
    const source = createRedisTableSource({ url: redis, key, keyField: "user", watch: true });
    await expect(source.watch?.(() => {})).rejects.toMatchObject({
      kind: "fatal",
      message: "the server does not send keyspace events",
    });
    await client.config("SET", "notify-keyspace-events", "Kghsx");
    closers.push(() => source.close());
    let changes = 0;
    await source.watch?.(() => changes++);
    expect(await source.read()).toEqual([]);
    await change(key);
    await vi.waitFor(() => expect(changes).toBe(1));
    expect(await source.read()).toMatchObject([{ user: "u1" }]);
    await client.del(key);
    await vi.waitFor(() => expect(changes).toBe(2));
    // Of a connection that broke nobody knows what it would have told.
    const listeners = String(await client.client("LIST"))
      .split("\n")
      .filter((line) => line.includes(" cmd=subscribe ") && line.includes(" sub=1 "));
    for (const line of listeners) await client.call("CLIENT", "KILL", "ID", /^id=(\d+)/.exec(line)?.[1] ?? "0");
    await vi.waitFor(() => expect(changes).toBeGreaterThanOrEqual(3), 5000);
    await wait(50);
    await change(key);
    await vi.waitFor(() => expect(changes).toBeGreaterThanOrEqual(4), 5000);
    await client.del(key);
    await source.close();
  }
});

function planOf(rules: string): Plan {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.plan;
}
