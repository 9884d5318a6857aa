import { createEngine } from "@weir/core";
import { bytesInUse, cpuNanos } from "./harness/measure.ts";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const events = scaled(200_000);
const startMs = 1_767_225_600_000;
const stepMs = 60;

/** Whole windows whose episode stays open: each event lets one go that is of age d to the millisecond, and looks as of just before it. */
export function run(report: Report): void {
  report.heading("an episode that stays open, evenly spaced events of one key, by events in the window");
  const bySize = [10, 100, 1000, 10_000].map((size) => {
    const clause = `WITHIN ${size * stepMs}ms WHEN SUM(amount) >= 0 EMIT LOW { total: SUM(amount) }`;
    return { size, once: measure(clause, 1), thrice: measure(clause, 3) };
  });
  for (const { size, once } of bySize) report.row(`${size} events`, once, "ns/event");
  for (const { size, thrice } of bySize) report.row(`${3 * size} events, three at an instant`, thrice, "ns/event");
  const [ten] = bySize;
  report.row("10,000 events against 10", bySize.at(-1)!.once / ten!.once, "×", { atMost: 1.5 });
  report.row("three at an instant, the same", bySize.at(-1)!.thrice / ten!.thrice, "×", { atMost: 1.5 });

  report.heading("windows of 1m, 10m and 1h of 100 keys, of the same argument: one ring of events");
  const one = three(["1h"]);
  const all = three(["1m", "10m", "1h"]);
  report.row("the hour alone", one.nanos, "ns/event");
  report.row("all three", all.nanos, "ns/event");
  report.row("the hour alone, memory of an event held", one.bytes, "bytes/event");
  report.row("all three, memory of an event held", all.bytes, "bytes/event");
}

/** Nanoseconds an event with so many at each instant. */
function measure(clause: string, together: number): number {
  const engine = createEngine(planOf(`STREAM s { amount: NUMBER } RULE r FROM s ${clause}`));
  const data = Array.from({ length: events }, (_, i) => ({
    ts: startMs + stepMs * Math.floor(i / together),
    amount: (i * 104_729) % 1000,
  }));
  const half = events / 2;
  for (let i = 0; i < half; i++) engine.push("s", data[i]!);
  const nanos = cpuNanos(() => {
    for (let i = half; i < events; i++) engine.push("s", data[i]!);
  });
  return nanos / half;
}

/** Time and memory of windows of these lengths, one rule each. */
function three(lengths: readonly string[]): { readonly nanos: number; readonly bytes: number } {
  const rules = lengths.map(
    (length, i) => `RULE r${i} FROM s BY user WITHIN ${length} WHEN SUM(amount) > 1e12 EMIT LOW`,
  );
  const engine = createEngine(planOf(`STREAM s { user: STRING, amount: NUMBER } ${rules.join(" ")}`));
  const push = (i: number): void => {
    engine.push("s", { ts: startMs + stepMs * i, user: `u${i % 100}`, amount: (i * 104_729) % 1000 });
  };
  const before = bytesInUse();
  const half = events / 2;
  for (let i = 0; i < half; i++) push(i);
  const nanos = cpuNanos(() => {
    for (let i = half; i < events; i++) push(i);
  });
  const held = Math.min(events, 3_600_000 / stepMs);
  const bytes = (bytesInUse() - before) / held;
  // Alive until it was measured.
  push(events);
  return { nanos: nanos / half, bytes };
}
