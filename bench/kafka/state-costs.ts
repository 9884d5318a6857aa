import { randomUUID } from "node:crypto";
import { createRedisStateStore } from "@weir/connectors/redis";
import { packEntries } from "@weir/core";
import type { Report } from "../harness/report.ts";
import type { Servers } from "./servers.ts";

const valueBytes = 380;
const rounds = 50;
const perCommit = 1000;

/** What the store takes for a commit of 1,000 changed keys, and to load all of them. */
export async function stateCosts(report: Report, { redis, quick }: Servers): Promise<void> {
  const keys = Number(process.env["WEIR_BENCH_KEYS"] ?? (quick ? 50_000 : 200_000));
  const store = await createRedisStateStore({ url: redis, prefix: `bench-${randomUUID()}`, ttlMs: 600_000 });
  await store.acquire("bench", "f");
  const value = Buffer.alloc(valueBytes, 7);
  const upserts = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `user:u${from + i}`, value }));
  const stage = async (version: number, entries: ReturnType<typeof upserts>): Promise<void> => {
    const from = { version: version - 1, token: version === 1 ? "" : "t" };
    const to = { version, token: "t" };
    await store.stage("bench", "f", { from, to, meta: "", entries: packEntries(entries), replace: false });
    await store.promote("bench", "f", to);
  };
  await stage(1, upserts(0, keys));
  let begun = performance.now();
  for (let i = 0; i < rounds; i++) await stage(i + 2, upserts(i * perCommit, perCommit));
  report.heading(`state of ${keys.toLocaleString("en")} keys of ${valueBytes} bytes in redis`);
  report.row(`stage and promote ${perCommit} changed keys`, (performance.now() - begun) / rounds, "ms");
  begun = performance.now();
  let loaded = 0;
  for await (const page of store.load("bench", "f", { version: rounds + 1, token: "t" })) loaded += page.length;
  if (loaded !== keys) throw new Error(`${loaded} of ${keys} keys were loaded`);
  report.row(`load ${keys} keys`, performance.now() - begun, "ms");
  await store.clear("bench", "f");
  await store.close();
}
