import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { simulate } from "../../packages/cli/src/simulate/simulate.ts";
import type { SimulationOptions } from "../../packages/cli/src/simulate/traffic.ts";
import { type Anomaly, anomalyKinds, type Transaction } from "../../packages/cli/src/simulate/transaction.ts";
import { folderOf, jsonLines, runWeir } from "./run-weir.ts";

// Each starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const start = Date.UTC(2026, 0, 1);
const defaults: SimulationOptions = { seed: 7, events: 20_000, users: 1000, rate: 0.1, anomalies: anomalyKinds, start };

function run(options: Partial<SimulationOptions> = {}): { transactions: Transaction[]; anomalies: Anomaly[] } {
  const anomalies: Anomaly[] = [];
  const all = simulate({ ...defaults, ...options, onAnomaly: (anomaly) => anomalies.push(anomaly) });
  return { transactions: [...all].map(({ transaction }) => transaction), anomalies };
}

test("the same seed gives the same payments, another seed others", () => {
  expect(run()).toEqual(run());
  expect(run({ seed: 8 }).transactions[0]).not.toEqual(run().transactions[0]);
});

test("there are exactly as many payments as asked for, about at the rate asked for", () => {
  for (const events of [1, 10, 1000, 20_000]) {
    const { transactions } = run({ events });
    expect(transactions).toHaveLength(events);
    expect(new Set(transactions.map(({ id }) => id)).size).toBe(events);
  }
  const times = run().transactions.map(({ ts }) => ts);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  expect(20_000 / seconds).toBeGreaterThan(0.09);
  expect(20_000 / seconds).toBeLessThan(0.11);
});

test("every labelled payment lies in a listed anomaly of its kind, and the other way round", () => {
  const { transactions, anomalies } = run();
  for (const kind of anomalyKinds) {
    expect(anomalies.filter((anomaly) => anomaly.kind === kind).length).toBeGreaterThan(2);
  }
  const covers = (anomaly: Anomaly, { label, user, ts }: Transaction): boolean =>
    anomaly.kind === label && anomaly.user === user && anomaly.from <= ts && ts <= anomaly.to;
  const labelled = transactions.filter((transaction) => transaction.label !== undefined);
  for (const transaction of labelled) expect(anomalies.some((anomaly) => covers(anomaly, transaction))).toBe(true);
  for (const anomaly of anomalies) {
    expect(labelled.filter((transaction) => covers(anomaly, transaction))).toHaveLength(anomaly.transactions);
  }
});

test("only the kinds asked for are injected", () => {
  expect(new Set(run({ anomalies: ["burst"] }).anomalies.map(({ kind }) => kind))).toEqual(new Set(["burst"]));
  const { transactions, anomalies } = run({ anomalies: [] });
  expect(anomalies).toEqual([]);
  expect(transactions.every((transaction) => transaction.label === undefined)).toBe(true);
});

test("few users pay often and most rarely; a little comes out of order", () => {
  const { transactions } = run({ anomalies: [] });
  const counts = new Map<string, number>();
  for (const { user } of transactions) counts.set(user, (counts.get(user) ?? 0) + 1);
  const sorted = [...counts.values()].sort((a, b) => b - a);
  expect(sorted[0]!).toBeGreaterThan(4 * sorted[Math.floor(sorted.length / 2)]!);

  const quick = run({ rate: 500, events: 50_000, users: 25_000, anomalies: [] }).transactions;
  let late = 0;
  let max = -Infinity;
  for (const { ts } of quick) {
    if (ts < max) late++;
    max = Math.max(max, ts);
  }
  expect(late).toBeGreaterThan(0);
  expect(late / quick.length).toBeLessThan(0.01);
});

test("simulate writes payments and labels to files that replay can read", async () => {
  const cwd = folderOf({ "r.weir": "WITHIN 10s COUNT(user) > 5 EMIT HIGH\n" });
  const options = ["--seed", "7", "--events", "20000", "--users", "50000", "--rate", "100"];
  const { code, out } = await runWeir(["simulate", ...options, "--anomalies", "burst", "--out", "events.ndjson"], {
    cwd,
  });
  expect({ code, out }).toEqual({ code: 0, out: "" });
  const labels = jsonLines(readFileSync(join(cwd, "events.labels.ndjson"), "utf8"));
  expect(labels.length).toBeGreaterThan(2);

  const replayed = await runWeir(["replay", "r.weir", "events.ndjson", "--json"], { cwd });
  const fired = jsonLines(replayed.out).map(({ key }) => (key as { user: string }).user);
  // Once per user and burst.
  expect([...fired].sort()).toEqual(labels.map(({ user }) => user as string).sort());
});

test("simulate writes to standard output at the given rate", async () => {
  const started = performance.now();
  const { code, out } = await runWeir(["simulate", "--events", "200", "--users", "100", "--rate", "100", "--out", "-"]);
  expect(code).toBe(0);
  expect(jsonLines(out)).toHaveLength(200);
  expect(performance.now() - started).toBeGreaterThan(1200);
});

test("bad values are bad usage", async () => {
  for (const args of [
    ["--events", "0"],
    ["--rate", "-1"],
    ["--anomalies", "velocty"],
    ["--seed", "x"],
    ["--out", "/nowhere/x.ndjson"],
  ]) {
    const { code, err } = await runWeir(["simulate", "--events", "10", ...args]);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err).not.toBe("");
  }
});
