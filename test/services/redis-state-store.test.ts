import { randomUUID } from "node:crypto";
import { createRedisStateStore } from "@weir/connectors/redis";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
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
  const upserts = [{ name: "a", value: Buffer.from("1") }];
  const first = { from, to: { version: 1, token: "t" }, meta: "", upserts, deletes: ["b"], replace: false };
  await store.stage("app:{x}:0", "f", first);
  await store.promote("app:{x}:0", "f", first.to);
  await store.stage("app:{x}:0", "f", { ...first, from: first.to, to: { version: 2, token: "t" } });
  const keys = await client.keys(`*${prefix}*`);
  expect(keys).toHaveLength(6);
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
