import { PerformanceObserver } from "node:perf_hooks";
import { createEngine, type Plan } from "@weir/core";
import { HandWritten } from "./hand-written/five-rules.ts";
import { fraudRules, type Payment, payments, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const count = scaled(400_000);
const users = 50_000;
const rounds = 3;

/** What a service feels that runs for long: how long single pushes take, and what share of the time the garbage collector has. */
export async function run(report: Report): Promise<void> {
  const events = payments(count, users);
  const inOrder = events.toSorted((a, b) => a.ts - b.ts);
  report.heading(
    `one push of the five rules, the ${rounds + 1}th ${count.toLocaleString("en")} payments of ${users.toLocaleString("en")} users, wall time`,
  );
  const engine = await measure(events, pushOf(planOf(fraudRules())));
  tell(report, engine, "");
  report.row("share of the garbage collector", engine.collectorPercent, "%", { atMost: 2 });
  report.row("its longest pause", engine.longestPauseMs, "ms");

  const hand = new HandWritten();
  report.heading(
    "the same, written by hand: one push is the processing of all payments that it lets go from the lateness",
  );
  tell(report, await measure(events, (payment) => hand.push(payment)), "by hand: ");

  report.heading("in order of time and without LATENESS: one push is the processing of one payment");
  const atOnce = await measure(inOrder, pushOf(planOf(fraudRules().replace(" LATENESS 2s", ""))));
  tell(report, atOnce, "in order: ", { atMost: 2 });
}

function pushOf(plan: Plan): (payment: Payment) => void {
  const engine = createEngine(plan);
  return (payment) => engine.push("transactions", payment as unknown as Record<string, unknown>);
}

interface Measured {
  /** Sorted, without what the clock takes. */
  readonly nanos: Float64Array;
  readonly collectorPercent: number;
  readonly longestPauseMs: number;
}

/** The last of some rounds, each later than the one before. */
async function measure(events: readonly Payment[], push: (payment: Payment) => void): Promise<Measured> {
  const span = events.at(-1)!.ts - events[0]!.ts + 1;
  const collections: { readonly at: number; readonly ms: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) collections.push({ at: startTime, ms: duration });
  });
  observer.observe({ entryTypes: ["gc"] });
  const nanos = new Float64Array(events.length);
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
    for (let i = 0; i < shifted.length; i++) {
      const from = process.hrtime.bigint();
      push(shifted[i]!);
      nanos[i] = Number(process.hrtime.bigint() - from);
    }
    endedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const from = process.hrtime.bigint();
    for (let i = 0; i < 1000; i++) process.hrtime.bigint();
    empty = Number(process.hrtime.bigint() - from) / 1000;
  }
  observer.disconnect();
  const pauses = collections.filter(({ at }) => at >= startedAt && at < endedAt).map(({ ms }) => ms);
  return {
    nanos: nanos.map((taken) => Math.max(0, taken - empty)).sort(),
    collectorPercent: (100 * pauses.reduce((a, b) => a + b, 0)) / (endedAt - startedAt),
    longestPauseMs: Math.max(0, ...pauses),
  };
}

function tell(report: Report, { nanos }: Measured, name: string, goal?: { readonly atMost: number }): void {
  const at = (share: number): number => nanos[Math.floor(share * (nanos.length - 1))]! / 1000;
  report.row(`${name}median`, at(0.5), "µs");
  report.row(`${name}p99`, at(0.99), "µs", goal);
  report.row(`${name}p99.9`, at(0.999), "µs");
  report.row(`${name}longest`, at(1), "µs");
}
