import assert from "node:assert/strict";
import { createEngine } from "@weir/core";
import { HandWritten } from "./hand-written/five-rules.ts";
import { bytesInUse, cpuNanos, inTurn } from "./harness/measure.ts";
import { fraudRules, type Payment, payments, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const count = scaled(400_000);
const users = scaled(50_000);

/** The five fraud rules over parsed payments, beside code written by hand that finds the same. */
export function run(report: Report): void {
  const events = payments(count, users);
  const plan = planOf(fraudRules());
  const found: Record<string, string[]> = {};

  const engineRun = (mode: "generated" | "interpreted") => (): void => {
    const engine = createEngine(plan, { mode });
    const alerts: string[] = [];
    const note = (pushed: ReturnType<typeof engine.push>): void => {
      for (const { rule, severity, at, key } of pushed) alerts.push(`${at} ${rule} ${severity} ${String(key["user"])}`);
    };
    for (const event of events) {
      const pushed = engine.push("transactions", event as unknown as Record<string, unknown>);
      if (pushed.length > 0) note(pushed);
    }
    note(engine.finish());
    found[mode] = alerts;
  };
  const nanos = inTurn(5, {
    hand: () => {
      const hand = new HandWritten();
      for (const event of events) hand.push(event);
      hand.finish();
      found["hand"] = hand.found.map(({ rule, severity, at, user }) => `${at} ${rule} ${severity} ${user}`);
    },
    generated: engineRun("generated"),
  });
  // A process runs engines in one mode: closures that ran before would keep the host from optimising code for the other.
  const modes = inTurn(3, { generated: engineRun("generated"), interpreted: engineRun("interpreted") });
  assert.deepEqual(found["generated"], found["hand"]);
  assert.deepEqual(found["interpreted"], found["hand"]);

  report.heading(
    `${count.toLocaleString("en")} payments of ${users.toLocaleString("en")} users, parsed; ${found["hand"]!.length} alerts, the same in all`,
  );
  report.row("written by hand", nanos["hand"]! / count, "ns/event");
  report.row("Weir, generated code", nanos["generated"]! / count, "ns/event");
  report.row("Weir, closures", modes["interpreted"]! / count, "ns/event");
  report.row("Weir, generated code", 1e9 / (nanos["generated"]! / count), "events/s", { atLeast: 2_000_000 });
  report.row("generated code against by hand", nanos["generated"]! / nanos["hand"]!, "×", { atMost: 1.25 });
  report.row("closures against generated code", modes["interpreted"]! / modes["generated"]!, "×", { atMost: 2.5 });

  steadily(report, events, plan);

  report.heading("memory of the state");
  const before = bytesInUse();
  const engine = createEngine(plan);
  for (const event of events) engine.push("transactions", event as unknown as Record<string, unknown>);
  const { keys } = engine.stats();
  report.row("five rules", (bytesInUse() - before) / keys, "bytes/key", { atMost: 400 });
}

const steadyRounds = 5;

/** The same payments again and again, each time later: all users are known, as in a service that has run for a while. */
function steadily(report: Report, events: readonly Payment[], plan: ReturnType<typeof planOf>): void {
  const span = events.at(-1)!.ts - events[0]!.ts + 1;
  const hand = new HandWritten();
  const engine = createEngine(plan);
  const nanos: { readonly hand: number[]; readonly weir: number[] } = { hand: [], weir: [] };
  let alerts = 0;
  let found = 0;
  for (let round = 0; round <= steadyRounds; round++) {
    const shifted = events.map((event) => ({ ...event, ts: event.ts + round * span }));
    const byHand = cpuNanos(() => {
      for (const event of shifted) hand.push(event);
    });
    const byWeir = cpuNanos(() => {
      for (const event of shifted) alerts += engine.push("transactions", event).length;
    });
    found += hand.found.length;
    hand.found.length = 0;
    if (round === 0) continue;
    nanos.hand.push(byHand);
    nanos.weir.push(byWeir);
  }
  hand.finish();
  assert.equal(alerts + engine.finish().length, found + hand.found.length);
  report.heading(`the same again ${steadyRounds} times, each time later: all users are known`);
  report.row(
    "steady: written by hand",
    nanos.hand.map((taken) => taken / count),
    "ns/event",
  );
  report.row(
    "steady: Weir, generated code",
    nanos.weir.map((taken) => taken / count),
    "ns/event",
  );
  report.row(
    "steady: Weir, generated code",
    nanos.weir.map((taken) => 1e9 / (taken / count)),
    "events/s",
    {
      atLeast: 2_000_000,
    },
  );
  report.row(
    "steady: against by hand",
    nanos.weir.map((taken, round) => taken / nanos.hand[round]!),
    "×",
    {
      atMost: 1.25,
    },
  );
}
