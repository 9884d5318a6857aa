import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { median, threadNanos } from "./harness/measure.ts";
import type { Report } from "./harness/report.ts";
import { isQuick } from "./harness/scale.ts";
import { type JvmPeer, jvmPeers, type Measured, type Workload } from "./jvm/peers.ts";

/**
 * The same rules over the same payments in Esper, Siddhi and Flink CEP, each a Java program that runs alone, reads the payments
 * before its clock starts and is warmed up; and in Weir, in this process. What each rule found has to be the same everywhere.
 */
export function run(report: Report): void {
  const missing = ["java", "mvn"].filter((tool) => spawnSync(tool, ["-version"], { stdio: "ignore" }).status !== 0);
  if (missing.length > 0) {
    report.leaveOut(
      "Esper, Siddhi and Flink CEP",
      `they need Java 17 and Maven, and there is no ${missing.join(" and no ")}`,
    );
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
  try {
    const payments = inOrderOfTime(count);
    const file = join(folder, "payments.ndjson");
    writeFileSync(file, payments.map((payment) => JSON.stringify(payment)).join("\n"));
    const peers = jvmPeers.filter((peer) => isBuilt(peer, report));
    for (const workload of ["windows", "sequence"] as const) compare(workload, payments, file, peers, report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const count = 500_000;
const warmUps = isQuick ? 1 : 2;
const counted = isQuick ? 1 : 3;

const rules: Readonly<Record<Workload, string>> = {
  windows: `
    RULE velocity BY user WITHIN 1h WHEN COUNT() > 20 EMIT EACH HIGH
    RULE burst BY user WITHIN 10s WHEN COUNT() >= 5 EMIT EACH HIGH
    RULE diversity BY user WITHIN 1h WHEN COUNT(DISTINCT merchant) >= 8 EMIT EACH HIGH`,
  sequence: `
    RULE retry BY user SEQUENCE a: payments WHERE status = "declined"
      THEN b: payments WHERE status = "approved" AND amount > 100 WITHIN 10m MATCH EACH EMIT HIGH`,
};

interface Payment {
  readonly ts: number;
  readonly user: string;
  readonly merchant: string;
  readonly amount: number;
  readonly status: string;
}

/** Payments of 20,000 users, 200 a second, some of whom pay far more often than others. */
function inOrderOfTime(howMany: number): readonly Payment[] {
  const random = seeded(7);
  let ts = Date.UTC(2026, 0, 1);
  return Array.from({ length: howMany }, () => {
    ts += Math.floor(random() * 10);
    return {
      ts,
      user: `u${Math.floor(20_000 * random() ** 2)}`,
      merchant: `m${Math.floor(2000 * random() ** 2)}`,
      amount: Math.round(20_000 * random() ** 3) / 100,
      status: random() < 0.05 ? "declined" : "approved",
    };
  });
}

/** Numbers in [0, 1), the same each time. Source  mulberry32, Tommy Ettinger. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function isBuilt(peer: JvmPeer, report: Report): boolean {
  const built = spawnSync("mvn", ["-q", "-B", "package"], { cwd: peer.folder, encoding: "utf8" });
  if (built.status === 0) return true;
  report.leaveOut(peer.name, `it does not build: ${built.stdout.trim().slice(0, 300)}`);
  return false;
}

function compare(
  workload: Workload,
  payments: readonly Payment[],
  file: string,
  peers: readonly JvmPeer[],
  report: Report,
): void {
  report.heading(`${workload}: ${payments.length.toLocaleString("en")} payments from memory, CPU time of one thread`);
  const runs: Measured[] = [measureWeir(workload, payments)];
  const slower: number[] = [];
  for (const peer of peers) {
    if (!peer.workloads.includes(workload)) continue;
    const measured = peer.measure(file, workload, warmUps, counted);
    // Before and after each of them: what else the machine does changes.
    const weir = measureWeir(workload, payments);
    const around = [runs.at(-1)!, weir].flatMap(perEvent);
    runs.push(weir);
    if (JSON.stringify(measured.found) !== JSON.stringify(weir.found)) {
      throw new Error(
        `${peer.name} found ${JSON.stringify(measured.found)}, Weir ${JSON.stringify(weir.found)}: the figures compare nothing`,
      );
    }
    const times = median(perEvent(measured)) / median(around);
    slower.push(times);
    report.row(`${workload}: ${peer.name}`, perEvent(measured), "ns/event");
    report.row(`${workload}: ${peer.name} against Weir`, times, "×");
  }
  report.row(`${workload}: Weir`, runs.flatMap(perEvent), "ns/event");
  if (slower.length > 0) {
    report.row(`${workload}: the fastest of them against Weir`, Math.min(...slower), "×", { atLeast: 2 });
  }
}

function perEvent({ nanos, events }: Measured): readonly number[] {
  return nanos.map((taken) => taken / events);
}

function measureWeir(workload: Workload, payments: readonly Payment[]): Measured {
  const compiled = compile(rules[workload]);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join("; "));
  const nanos: number[] = [];
  let found: Record<string, [number, number]> = {};
  for (let i = 0; i < warmUps + counted; i++) {
    const engine = createEngine(compiled.plan);
    found = {};
    globalThis.gc?.();
    const taken = threadNanos(() => {
      for (const payment of payments) {
        for (const { rule, at } of engine.push("payments", { ...payment })) {
          const sums = (found[rule] ??= [0, 0]);
          sums[0]++;
          sums[1] += at % 1_000_003;
        }
      }
    });
    if (i >= warmUps) nanos.push(taken);
  }
  return {
    events: payments.length,
    nanos,
    found: Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
