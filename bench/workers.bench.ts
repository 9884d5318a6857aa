import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { paymentFile } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { isQuick } from "./harness/scale.ts";

const root = join(import.meta.dirname, "..");
// With fewer, the start of the threads is most of it.
const count = 1_000_000;
const rounds = isQuick ? 1 : 3;

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly out: string;
}

/** `weir replay` of a big file by one thread and by several: the same alerts, the time that passes, and what all threads together take. */
export function run(report: Report): void {
  const file = paymentFile(count, 50_000);
  const cores = availableParallelism();
  const numbers = [2, 4, 8].filter((workers) => workers <= Math.max(2, cores));
  report.heading(
    `${count.toLocaleString("en")} payments as NDJSON through the five rules, by threads; from start to end`,
  );
  const runs = new Map<number, Run[]>();
  for (let round = 0; round < rounds; round++) {
    for (const workers of [1, ...numbers]) {
      runs.set(workers, [...(runs.get(workers) ?? []), replay(file, workers)]);
    }
  }
  const one = runs.get(1)!;
  for (const [workers, taken] of runs) {
    for (const { out } of taken) assert.equal(out, one[0]!.out, "the alerts are the same");
    const name = workers === 1 ? "one thread" : `${workers} workers`;
    report.row(
      `${name}: wall time`,
      taken.map(({ wallMs }) => wallMs),
      "ms",
    );
    report.row(
      `${name}: CPU time of all threads`,
      taken.map(({ cpuMs }) => (cpuMs * 1e6) / count),
      "ns/event",
    );
    if (workers === 1) continue;
    const faster = taken.map(({ wallMs }, round) => one[round]!.wallMs / wallMs);
    report.row(`${name}: as fast as one thread`, faster, "×", { atLeast: 0.8 * Math.min(workers, cores) });
    report.row(
      `${name}: CPU time against one thread`,
      taken.map(({ cpuMs }, round) => cpuMs / one[round]!.cpuMs),
      "×",
    );
  }
}

/** Tells on its fourth stream what the process took in all, its threads included. */
const tellCpu = `import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, String((user + system) / 1000));
});`;

function replay(file: string, workers: number): Run {
  const weir = join(root, "packages", "cli", "bin", "weir.js");
  const rules = join(root, "examples", "fraud", "fraud.weir");
  const preload = `data:text/javascript,${encodeURIComponent(tellCpu)}`;
  const from = performance.now();
  const { status, output } = spawnSync(
    process.execPath,
    ["--import", preload, weir, "replay", rules, file, "--json", "--workers", String(workers)],
    { encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "pipe", "pipe"] },
  );
  const wallMs = performance.now() - from;
  const [, out, err, cpu] = output;
  if (status !== 0) throw new Error(err ?? `it ended with ${status}`);
  return { wallMs, cpuMs: Number(cpu), out: out ?? "" };
}
