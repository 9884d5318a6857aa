import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStateStore } from "@weir/connectors/file-store";
import { createRedisStateStore } from "@weir/connectors/redis";
import {
  createEngine,
  type Engine,
  type Plan,
  restoreEngineInPieces,
  type StateStore,
  type StateVersion,
} from "@weir/core";
import { cpuNanosAsync } from "./harness/measure.ts";
import { fraudRules, plainPayment, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const keys = scaled(1_000_000);
const changed = 1000;
const commits = 50;
const task = "bench";
const fence = "f";
/** Payments so far: time goes on from store to store. */
let next = 4 * keys;

/** What commits of changed keys take in a store, and a restart of the five rules with many keys from it. */
export async function run(report: Report): Promise<void> {
  const plan = planOf(fraudRules());
  const engine = createEngine(plan);
  for (let i = 0; i < 4 * keys; i++) engine.push("transactions", payment(i));

  const folder = await mkdtemp(join(tmpdir(), "weir-bench-"));
  try {
    await measure(report, "the file store", new FileStateStore({ folder }), engine, plan);
  } finally {
    await rm(folder, { recursive: true });
  }

  const { stdout } = spawnSync(process.execPath, ["scripts/services.mjs", "status"], { encoding: "utf8" });
  const { urls } = JSON.parse(stdout) as { readonly urls: { readonly redis: string } | null };
  if (urls === null) report.leaveOut("Redis", "there is no server; npm run services up starts one");
  else {
    const store = await createRedisStateStore({ url: urls.redis, prefix: `bench-${randomUUID()}`, ttlMs: 600_000 });
    await measure(report, "redis", store, engine, plan);
  }
}

async function measure(report: Report, name: string, store: StateStore, engine: Engine, plan: Plan): Promise<void> {
  report.heading(`${keys.toLocaleString("en")} keys of the five rules in ${name}`);
  await store.acquire(task, fence);
  let version: StateVersion = { version: 0, token: "" };
  const commit = async (full: boolean): Promise<number> => {
    const { replace, packed } = engine.changes({ full });
    const to = { version: version.version + 1, token: "t" };
    await store.stage(task, fence, { from: version, to, meta: "", entries: packed, replace });
    await store.promote(task, fence, to);
    version = to;
    return packed.written;
  };
  await timed(report, "write all", 1, () => commit(true));

  let written = 0;
  const nanos = await cpuNanosAsync(async () => {
    for (let round = 0; round < commits; round++) {
      for (const end = next + changed; next < end; next++) engine.push("transactions", payment(next));
      written += await commit(false);
    }
  });
  assert.ok(written >= commits * changed);
  report.row(`${changed} payments of as many keys and their commit: CPU a key`, nanos / written / 1000, "µs");

  let restored = 0;
  await timed(report, "restart", 3, async () => {
    const leading = await store.get(task, fence, [version], ["engine", "layouts"]);
    const [engine, layouts] = ["engine", "layouts"].map((name) => leading.find((entry) => entry.name === name)!.value);
    const restoring = restoreEngineInPieces(plan, { engine: engine!, layouts: layouts! });
    for await (const page of store.load(task, fence, version)) restoring.load(page);
    restoring.end();
    restored = restoring.engine.stats().keys;
  });
  assert.equal(restored, engine.stats().keys);
  await store.clear(task, fence);
  await store.close();
}

/** Wall time, of which servers and disks have some, and CPU time of this process. */
async function timed(report: Report, name: string, rounds: number, run: () => Promise<unknown>): Promise<void> {
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.();
    const begun = performance.now();
    cpu.push((await cpuNanosAsync(async () => void (await run()))) / 1e6);
    wall.push(performance.now() - begun);
  }
  report.row(name, wall, "ms");
  report.row(`${name}: CPU`, cpu, "ms");
}

function payment(i: number): Readonly<Record<string, unknown>> {
  return plainPayment(i, `u${(i * 7919) % keys}`, 1_767_225_600_000 + i);
}
