import assert from "node:assert/strict";
import { createEngine } from "@weir/core";
import { Engine as JsonRules } from "json-rules-engine";
import { filter, groupBy, mergeMap, Subject, scan } from "rxjs";
import { cpuNanos, cpuNanosAsync } from "./harness/measure.ts";
import { type Payment, payments, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";

const count = 50_000;

/** What json-rules-engine and rxjs can express, over the same payments; found the same number of times. */
export async function run(report: Report): Promise<void> {
  // In order of time: peers know no lateness.
  const events = payments(count, 5000).toSorted((a, b) => a.ts - b.ts);

  report.heading("one condition on an event");
  let weirFound = 0;
  const weir = cpuNanos(() => {
    weirFound = runWeir('FROM transactions WHEN status = "declined" AND amount > 100 EMIT LOW', events);
  });
  let jsonFound = 0;
  const engine = new JsonRules([
    {
      conditions: {
        all: [
          { fact: "status", operator: "equal", value: "declined" },
          { fact: "amount", operator: "greaterThan", value: 100 },
        ],
      },
      event: { type: "found" },
    },
  ]);
  const jsonRules = await cpuNanosAsync(async () => {
    for (const event of events) jsonFound += (await engine.run({ ...event })).events.length;
  });
  assert.equal(jsonFound, weirFound);
  report.row("condition: Weir", weir / count, "ns/event");
  report.row("condition: json-rules-engine", jsonRules / count, "ns/event");
  report.row("condition: json-rules-engine against Weir", jsonRules / weir, "×");

  report.heading("every event that is one of more than 20 within an hour, by user");
  const weirWindow = cpuNanos(() => {
    weirFound = runWeir("FROM transactions BY user WITHIN 1h WHEN COUNT() > 20 EMIT EACH LOW", events);
  });
  let rxFound = 0;
  const rx = cpuNanos(() => {
    const source = new Subject<Payment>();
    source
      .pipe(
        groupBy(({ user }) => user),
        mergeMap((group) =>
          group.pipe(
            scan((times: readonly number[], { ts }) => [...times.filter((time) => time > ts - 3_600_000), ts], []),
            filter((times) => times.length > 20),
          ),
        ),
      )
      .subscribe(() => {
        rxFound++;
      });
    for (const event of events) source.next(event);
  });
  assert.equal(rxFound, weirFound);
  report.row("window: Weir", weirWindow / count, "ns/event");
  report.row("window: rxjs", rx / count, "ns/event");
  report.row("window: rxjs against Weir", rx / weirWindow, "×");
}

function runWeir(rules: string, events: readonly Payment[]): number {
  const engine = createEngine(planOf(rules));
  let found = 0;
  for (const event of events) found += engine.push("transactions", { ...event }).length;
  return found + engine.finish().length;
}
