import { createEngine } from "@weir/core";
import { bytesInUse, cpuNanos, median } from "./harness/measure.ts";
import { fraudRules, plainPayment, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const events = scaled(1_000_000);
const startAt = 1_767_225_600_000;

/** How far apart the payments of a user are where they are spread evenly: no rule fires, whatever the number of users. */
const intervalMs = 600_000;

/** The five rules, by how many keys there are, how unevenly events fall on them, and where each event fires. */
export function run(report: Report): void {
  const plan = planOf(fraudRules());
  const spread = { "1,000": 1000, "50,000": 50_000, "1,000,000": 1_000_000 };
  report.heading(`five rules, ${events.toLocaleString("en")} payments, one of a key every ten minutes`);
  let few = Number.NaN;
  for (const [name, keys] of Object.entries(spread)) {
    const nanos = measure(plan, (i) => (i * 7919) % keys, intervalMs / keys);
    if (keys === 1000) few = nanos;
    report.row(`${name} keys`, nanos, "ns/event");
    if (keys > 1000) report.row(`${name} keys against 1,000`, nanos / few, "×");
  }
  report.row(
    "1,000 keys, an alert at each event",
    measure(plan, (i) => (i * 7919) % 1000),
    "ns/event",
  );
  report.heading(`five rules, ${events.toLocaleString("en")} payments of 50,000 keys, unevenly`);
  const zipf = zipfian(50_000, events);
  report.row(
    "Zipf, exponent 1: the first key has 8 % of all",
    measure(plan, (i) => zipf[i]!),
    "ns/event",
  );
  report.row(
    "half of all of one key",
    measure(plan, (i) => (i % 2 === 0 ? 0 : (i * 7919) % 50_000)),
    "ns/event",
  );

  const live = planOf(
    "STREAM s { user: STRING, amount: NUMBER } FROM s BY user WITHIN 1h WHEN SUM(amount) > 1e12 EMIT LOW",
  );
  const before = bytesInUse();
  const engine = createEngine(live);
  // All in one hour: every event is in its window.
  for (let i = 0; i < events; i++) {
    engine.push("s", { ts: startAt + 3 * i, user: `u${i % 1000}`, amount: i % 100 });
  }
  report.heading("whole windows: SUM WITHIN 1h, 1,000 keys, 1,000 live events each");
  report.row("memory", (bytesInUse() - before) / events, "bytes/event", { atMost: 45 });
  engine.finish();
}

function measure(plan: ReturnType<typeof planOf>, userOf: (i: number) => number, stepMs = 2): number {
  const names = new Map<number, string>();
  const data = Array.from({ length: events }, (_, i) => {
    const user = userOf(i);
    const name = names.get(user) ?? `u${user}`;
    names.set(user, name);
    return plainPayment(i, name, startAt + Math.floor(stepMs * i));
  });
  const nanos: number[] = [];
  const engine = createEngine(plan);
  // The first round makes the keys, and warms up.
  for (let round = 0; round <= 3; round++) {
    const taken = cpuNanos(() => {
      for (const event of data) engine.push("transactions", event);
    });
    if (round > 0) nanos.push(taken / events);
    for (const event of data) event.ts += Math.ceil(stepMs * events);
  }
  return median(nanos);
}

/** Keys drawn with a frequency of 1 / rank. */
function zipfian(keys: number, count: number): Int32Array {
  const sums = new Float64Array(keys);
  let sum = 0;
  for (let rank = 0; rank < keys; rank++) {
    sum += 1 / (rank + 1);
    sums[rank] = sum;
  }
  let state = 1;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const x = (state / 2 ** 32) * sum;
    let low = 0;
    for (let high = keys - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
