import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createRedisLiveView, createRedisStateStore, createRedisTableSource } from "@weir/connectors/redis";
import { Cluster } from "ioredis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stateStoreSuite } from "../contracts/state-store-suite.ts";
import { hasPrograms, type OwnServers, startRedis } from "./own-redis.ts";

const isHere = hasPrograms("redis-server", "redis-cli");
let servers: OwnServers;
let nodes: readonly string[] = [];

describe.skipIf(!isHere)("a cluster of three nodes", () => {
  beforeAll(async () => {
    servers = await startRedis(3, (port) =>
      `--cluster-enabled yes --cluster-config-file nodes-${port}.conf --requirepass se:cret --masterauth se:cret`.split(
        " ",
      ),
    );
    const addresses = servers.ports.map((port) => `127.0.0.1:${port}`);
    nodes = addresses.map((address) => `redis://:${encodeURIComponent("se:cret")}@${address}`);
    const cli = (...args: readonly string[]): string =>
      execFileSync("redis-cli", ["--no-auth-warning", "-a", "se:cret", ...args], { encoding: "utf8" });
    await vi.waitFor(() => {
      for (const port of servers.ports) expect(cli("-p", String(port), "PING")).toBe("PONG\n");
    }, 10_000);
    cli("--cluster", "create", ...addresses, "--cluster-yes");
    await vi.waitFor(() => {
      for (const port of servers.ports) {
        expect(cli("-p", String(port), "CLUSTER", "INFO")).toContain("cluster_state:ok");
      }
    }, 20_000);
  }, 60_000);

  afterAll(() => servers.close());

  stateStoreSuite(
    "Redis Cluster",
    async () => {
      const prefix = `test-${randomUUID()}`;
      return Promise.resolve({
        // One node is enough to find the others.
        open: () => createRedisStateStore({ url: nodes.slice(0, 1), prefix, ttlMs: 60_000 }),
        close: () => Promise.resolve(),
      });
    },
    { runs: 15 },
  );

  test("tasks spread over the nodes", async () => {
    const prefix = `test-${randomUUID()}`;
    const store = await createRedisStateStore({ url: nodes, prefix, ttlMs: 60_000 });
    for (let i = 0; i < 24; i++) await store.acquire(`app:payments:${i}`, "f");
    const client = new Cluster([...nodes], { redisOptions: { password: "se:cret" } });
    await vi.waitFor(() => expect(client.nodes("master")).toHaveLength(3));
    const counts = await Promise.all(
      client.nodes("master").map(async (node) => (await node.keys(`{${prefix}*`)).length),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(24);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    client.disconnect();
    await store.close();
  });

  test("live values are shown, and tables read; watching one is refused", async () => {
    const app = `test-${randomUUID()}`;
    const view = await createRedisLiveView({ url: nodes, app });
    await view.write(
      Array.from({ length: 50 }, (_, i) => ({ rule: "r", key: [`u${i}`], value: String(i), ttlMs: 60_000 })),
    );
    const client = new Cluster([...nodes], { redisOptions: { password: "se:cret" } });
    expect(await client.get(`{${app}}:live:r:u49`)).toBe("49");
    await client.hset(`${app}-table`, "u1", '{"tier":"gold"}');
    const source = createRedisTableSource({ url: nodes, key: `${app}-table`, keyField: "user" });
    expect(await source.read()).toEqual([{ user: "u1", tier: "gold" }]);
    const watched = createRedisTableSource({ url: nodes, key: `${app}-table`, keyField: "user", watch: true });
    await expect(watched.watch?.(() => {})).rejects.toMatchObject({
      kind: "fatal",
      hint: "leave out `watch` and say how often to `refresh`",
    });
    client.disconnect();
    for (const each of [view, source, watched]) await each.close();
  });

  test("a wrong password is fatal and names the setting", async () => {
    const wrong = nodes.map((node) => node.replace(/:[^:@]*@/, ":wrong@"));
    await expect(createRedisStateStore({ url: wrong, setting: "state.redis.cluster" })).rejects.toMatchObject({
      kind: "fatal",
      hint: "look at the user and password in `state.redis.cluster`",
    });
  });
});
