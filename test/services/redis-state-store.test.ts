import { randomUUID } from "node:crypto";
import { createRedisStateStore } from "@weir/connectors/redis";
import { packEntries, type StateEntry, type StateStore, type StateVersion } from "@weir/core";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import * as scripts from "../../packages/connectors/src/redis/scripts.ts";
import { StateKeys } from "../../packages/connectors/src/redis/state-keys.ts";
import { stateStoreSuite } from "../contracts/state-store-suite.ts";
import { endpoints } from "./endpoints.ts";

const { redis } = endpoints();

stateStoreSuite("Redis", async () => {
  const prefix = `test-${randomUUID()}`;
  return Promise.resolve({
    open: () => createRedisStateStore({ url: redis, prefix, ttlMs: 60_000 }),
    close: () => Promise.resolve(),
  });
});

test("all keys of a task are in one slot of a cluster, and expire", async () => {
  const prefix = `test-${randomUUID()}`;
  const store = await createRedisStateStore({ url: redis, prefix, ttlMs: 60_000 });
  const client = new Redis(redis);
  await store.acquire("app:{x}:0", "f");
  const from = { version: 0, token: "" };
  const entries = packEntries([{ name: "a", value: Buffer.from("1") }], ["b"]);
  const first = { from, to: { version: 1, token: "t" }, meta: "", entries, replace: false };
  await store.stage("app:{x}:0", "f", first);
  await store.promote("app:{x}:0", "f", first.to);
  await store.stage("app:{x}:0", "f", { ...first, from: first.to, to: { version: 2, token: "t" } });
  const keys = await client.keys(`*${prefix}*`);
  expect(keys).toHaveLength(5);
  const tags = new Set(keys.map((key) => /\{[^}]*\}/.exec(key)?.[0]));
  expect(tags.size).toBe(1);
  for (const key of keys) expect(await client.pttl(key)).toBeGreaterThan(0);
  client.disconnect();
  await store.close();
});

test("a server that is not there is unavailable, within seconds", async () => {
  const begun = performance.now();
  await expect(createRedisStateStore({ url: "redis://127.0.0.1:1" })).rejects.toMatchObject({
    name: "StateStoreError",
    kind: "unavailable",
  });
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("a wrong password is fatal and names the setting", async () => {
  const admin = new Redis(redis);
  await admin.call("ACL", "SETUSER", "weir-test", "on", ">secret", "~*", "+@all");
  await expect(createRedisStateStore({ url: redis.replace("//", "//weir-test:wrong@") })).rejects.toMatchObject({
    kind: "fatal",
    hint: "look at the user and password in `state.redis.url`",
  });
  await admin.call("ACL", "DELUSER", "weir-test");
  admin.disconnect();
});

describe("a large delta whose promotion is cut off", () => {
  const from = { version: 0, token: "" };
  const to = { version: 1, token: "t" };
  const task = "app:large:0";

  /** The first call of a promotion alone, as by a process that ends then. */
  async function cutOff(prefix: string): Promise<void> {
    const store = await createRedisStateStore({ url: redis, prefix, ttlMs: 60_000 });
    await store.acquire(task, "f");
    const upserts = Array.from({ length: 3500 }, (_, i) => ({ name: `k${i}`, value: Buffer.from(`v${i}`) }));
    await store.stage(task, "f", { from, to, meta: "m", entries: packEntries(upserts, ["gone"]), replace: false });
    const client = new Redis(redis);
    const { common } = new StateKeys(prefix, task);
    const delta = new StateKeys(prefix, task).delta("1:t");
    const left = await client.eval(scripts.promote, common.length + 1, ...common, delta, "f", "1:t", "60000");
    expect(left).toBe(3);
    expect(await client.hlen(common[1]!)).toBeLessThan(3500);
    client.disconnect();
    await store.close();
  }

  test.for(["load", "get", "promote"] as const)("is finished by the next owner that wants to %s", async (what) => {
    const prefix = `test-${randomUUID()}`;
    await cutOff(prefix);
    const store = await createRedisStateStore({ url: redis, prefix, ttlMs: 60_000 });
    await store.acquire(task, "g");
    expect((await store.read(task, "g")).base).toEqual({ ...to, meta: "m" });
    if (what === "get") expect(await store.get(task, "g", [to], ["k0", "k3499", "gone"])).toHaveLength(2);
    if (what === "promote") {
      const next = { version: 2, token: "t" };
      await store.stage(task, "g", { from: to, to: next, meta: "", entries: packEntries([], ["k0"]), replace: false });
      await store.promote(task, "g", next);
      expect(await entries(store, next)).toHaveLength(3499);
    } else expect(await entries(store, to)).toHaveLength(3500);
    await store.close();
  });

  test("is not applied by an owner that was fenced", async () => {
    const prefix = `test-${randomUUID()}`;
    await cutOff(prefix);
    const store = await createRedisStateStore({ url: redis, prefix, ttlMs: 60_000 });
    await store.acquire(task, "g");
    await expect(store.promote(task, "f", to)).rejects.toMatchObject({ kind: "fenced" });
    await store.close();
  });

  async function entries(store: StateStore, version: StateVersion): Promise<readonly StateEntry[]> {
    const found: StateEntry[] = [];
    for await (const page of store.load(task, "g", version)) found.push(...page);
    return found;
  }
});

test("a staged delta of which the server dropped a part is damaged, and nothing of it is applied", async () => {
  const prefix = `test-${randomUUID()}`;
  const store = await createRedisStateStore({ url: redis, prefix, ttlMs: 60_000 });
  await store.acquire("t", "f");
  const to = { version: 1, token: "t" };
  const entries = packEntries([{ name: "a", value: Buffer.from("1") }]);
  await store.stage("t", "f", { from: { version: 0, token: "" }, to, meta: "", entries, replace: false });
  const client = new Redis(redis);
  await client.del(new StateKeys(prefix, "t").delta("1:t"));
  await expect(store.promote("t", "f", to)).rejects.toMatchObject({
    kind: "damaged",
    hint: "part of the state was dropped: set `maxmemory-policy noeviction` on the server",
  });
  expect((await store.read("t", "f")).base).toBeNull();
  client.disconnect();
  await store.close();
});
