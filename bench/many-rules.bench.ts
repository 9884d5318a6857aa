import { createEngine, type Engine } from "@weir/core";
import { cpuNanos } from "./harness/measure.ts";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";

const events = 100_000;

interface Shape {
  readonly name: string;
  readonly rule: (i: number) => string;
}

const shapes: readonly Shape[] = [
  {
    name: "equality in WHERE, a window by key",
    rule: (i) => `FROM s WHERE kind = "k${i}" BY user WITHIN 1m WHEN COUNT() > 100 EMIT LOW`,
  },
  {
    name: "a range in WHEN",
    rule: (i) => `FROM s WHEN amount BETWEEN ${i * 10} AND ${i * 10 + 5} AND user = "nobody" EMIT LOW`,
  },
  {
    name: "unrelated fields, most of them absent",
    rule: (i) => `FROM s WHERE f${i} = 1 AND amount > 5 BY user WITHIN 1m WHEN COUNT() > 100 EMIT LOW`,
  },
];

/** What one more rule costs, where rules differ in a constant and few of them concern an event. */
export function run(report: Report): void {
  for (const { name, rule } of shapes) {
    report.heading(name);
    let one = Number.NaN;
    for (const count of [1, 100, 1000, 10_000]) {
      const data = eventsFor(count);
      const rules = Array.from({ length: count }, (_, i) => rule(i)).join("\n");
      let compiled: ReturnType<typeof planOf>;
      const compileNanos = cpuNanos(() => {
        compiled = planOf(rules);
      });
      let engine!: Engine;
      const buildNanos = cpuNanos(() => {
        engine = createEngine(compiled);
      });
      const warm = cpuNanos(() => {
        for (const event of data) engine.push("s", event);
      });
      void warm;
      const shifted = data.map((event) => ({ ...event, ts: event.ts + events }));
      const nanos =
        cpuNanos(() => {
          for (const event of shifted) engine.push("s", event);
        }) / events;
      if (count === 1) one = nanos;
      report.row(`${count} rules`, nanos, "ns/event");
      if (count === 1000) report.row("added by 1,000 rules", nanos - one, "ns/event");
      if (count === 10_000) {
        report.row("10,000 rules: text to plan", compileNanos / 1e6, "ms");
        report.row("10,000 rules: plan to engine", buildNanos / 1e6, "ms");
      }
    }
  }
}

/** Each event concerns one rule at most, whatever their number; a user's events always the same, so that there are as many keys. */
function eventsFor(rules: number): readonly { readonly [field: string]: unknown; readonly ts: number }[] {
  return Array.from({ length: events }, (_, i) => ({
    ts: 1_767_225_600_000 + i,
    user: `u${i % 1000}`,
    kind: `k${(i % 1000) % rules}`,
    amount: (i * 104_729) % 100_000,
    [`f${i % 10}`]: 1,
  }));
}
