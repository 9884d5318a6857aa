import { createEngine } from "@weir/core";
import { cpuNanos } from "./harness/measure.ts";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const events = scaled(200_000);

const aggregates = [
  "COUNT()",
  "COUNT(DISTINCT shop)",
  "SUM(amount)",
  "AVG(amount)",
  "STDDEV(amount)",
  "MIN(amount)",
  "MAX(amount)",
  "MEDIAN(amount)",
  "FIRST(amount)",
  "LAST(amount)",
  "APPROX_DISTINCT(shop)",
  "APPROX_PERCENTILE(amount, 99)",
];

/** One rule with one operator; conditions that need the whole window, and are not met. */
export function run(report: Report): void {
  report.heading("one aggregate, WITHIN 1h BY user, 1,000 users: some 60 events a window");
  // Added to itself, so that no bound can be told from a comparison.
  for (const aggregate of aggregates) measure(report, aggregate, `WITHIN 1h WHEN ${aggregate} + 0 > 1e12`, 1000);

  report.heading("windows");
  const windows = {
    "bounded: COUNT() > 20 of an hour": "WITHIN 1h WHEN COUNT() > 1_000_000 AND COUNT() < 0",
    "LAST 100 EVENTS": "LAST 100 EVENTS WHEN SUM(amount) > 1e12",
    "EVERY 1m": "EVERY 1m WHEN SUM(amount) > 1e12",
    "WITHIN 1h EVERY 1m": "WITHIN 1h EVERY 1m WHEN SUM(amount) > 1e12",
    "WITHIN 1h PRECISION 1m": "WITHIN 1h PRECISION 1m WHEN SUM(amount) > 1e12",
    "SESSION 5m": "SESSION 5m WHEN COUNT() > 1_000_000",
    "no window": "WHEN SUM(amount) > 1e12",
    PREV: "WHEN amount > PREV(amount) + 1e9",
  };
  for (const [name, clause] of Object.entries(windows)) measure(report, name, clause, 1000);

  report.heading("SUM WITHIN, by events in the window, by keys and by order");
  const [second, , hour] = ["1s", "1m", "1h"].map((length) =>
    measure(report, `one key, ${length}`, `WITHIN ${length} WHEN SUM(amount) > 1e12`, 1),
  );
  // What a window holds does not matter; half as much again may be the cache.
  report.row("one key, an hour against a second", hour! / second!, "×", { atMost: 1.5 });
  for (const keys of [100, 10_000, 100_000]) {
    measure(report, `${keys} keys, 1h`, "WITHIN 1h WHEN SUM(amount) > 1e12", keys);
  }
  measure(report, "1,000 keys, one in five out of order", "WITHIN 1h WHEN SUM(amount) > 1e12", 1000, 2000);
}

function measure(report: Report, name: string, clause: string, keys: number, latenessMs = 0): number {
  const plan = planOf(
    `STREAM s { user: STRING, amount: NUMBER, shop: STRING } RULE r FROM s BY user ${clause} EMIT LOW EXPIRE AFTER 30d`,
  );
  const data = Array.from({ length: events }, (_, i) => ({
    ts: 1_767_225_600_000 + 60 * i - (latenessMs > 0 && i % 5 === 0 ? (i * 7919) % 1500 : 0),
    user: `u${(i * 7919) % keys}`,
    amount: (i * 104_729) % 1000,
    shop: `s${(i * 31) % 200}`,
  }));
  const engine = createEngine(plan, { lateness: latenessMs });
  const half = events / 2;
  for (let i = 0; i < half; i++) engine.push("s", data[i]!);
  const nanos = cpuNanos(() => {
    for (let i = half; i < events; i++) engine.push("s", data[i]!);
  });
  report.row(name, nanos / half, "ns/event");
  return nanos / half;
}
