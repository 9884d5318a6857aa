import { PerformanceObserver } from "node:perf_hooks";
import { createEngine } from "@weir/core";
import { fraudRules, payments, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const count = scaled(400_000);
const rounds = 3;

/** What a service feels that runs for long: how long single pushes take, and what share of the time the garbage collector has. */
export async function run(report: Report): Promise<void> {
  const events = payments(count, 50_000);
  const span = events.at(-1)!.ts - events[0]!.ts + 1;
  const plan = planOf(fraudRules());
  const collections: { readonly at: number; readonly ms: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) collections.push({ at: startTime, ms: duration });
  });
  observer.observe({ entryTypes: ["gc"] });

  const engine = createEngine(plan);
  const taken = new Float64Array(count);
  let startedAt = 0;
  let endedAt = 0;
  let empty = 0;
  for (let round = 0; round <= rounds; round++) {
    const shifted = events.map((event) => ({ ...event, ts: event.ts + round * span }));
    globalThis.gc?.();
    // Entries come in a task of their own.
    await new Promise((resolve) => setTimeout(resolve, 20));
    collections.length = 0;
    startedAt = performance.now();
    for (let i = 0; i < count; i++) {
      const from = process.hrtime.bigint();
      engine.push("transactions", shifted[i]!);
      taken[i] = Number(process.hrtime.bigint() - from);
    }
    endedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const from = process.hrtime.bigint();
    for (let i = 0; i < 1000; i++) process.hrtime.bigint();
    empty = Number(process.hrtime.bigint() - from) / 1000;
  }
  observer.disconnect();
  const inRun = collections.filter(({ at }) => at >= startedAt && at < endedAt);
  const pauses = inRun.map(({ ms }) => ms);
  taken.sort();
  const at = (share: number): number => Math.max(0, taken[Math.floor(share * (count - 1))]! - empty) / 1000;
  report.heading(
    `one push of the five rules, the ${rounds + 1}th ${count.toLocaleString("en")} payments of 50,000 users, wall time`,
  );
  report.row("median", at(0.5), "µs");
  report.row("p99", at(0.99), "µs", { atMost: 2 });
  report.row("p99.9", at(0.999), "µs");
  report.row("longest", at(1), "µs");
  report.row("share of the garbage collector", (100 * pauses.reduce((a, b) => a + b, 0)) / (endedAt - startedAt), "%", {
    atMost: 2,
  });
  report.row("its longest pause", Math.max(0, ...pauses), "ms");
}
