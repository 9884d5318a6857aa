import assert from "node:assert/strict";
import { createEngine, type Engine, type Plan } from "@weir/core";
import { HandWritten } from "./hand-written/five-rules.ts";
import { bytesInUse, inTurn } from "./harness/measure.ts";
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
  measureMemory(report, events, plan);
  // Before closures ran: a process runs engines in one mode, and code that saw both is optimised for neither.
  steadily(report, "all users known", events, plan);
  steadily(report, "1,000 users", payments(count, 1000), plan);

  const engineRun =
    (mode: "generated" | "interpreted", name: string = mode, rules = plan) =>
    (): void => {
      const engine = createEngine(rules, { mode });
      const alerts: string[] = [];
      const note = (pushed: ReturnType<typeof engine.push>): void => {
        for (const { rule, severity, at, key } of pushed) {
          alerts.push(`${at} ${rule} ${severity} ${String(key["user"])}`);
        }
      };
      for (const event of events) {
        const pushed = engine.push("transactions", event as unknown as Record<string, unknown>);
        if (pushed.length > 0) note(pushed);
      }
      note(engine.finish());
      found[name] = alerts;
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
  // Of what is added to, no bound can be told from a comparison.
  const wholeWindows = planOf(fraudRules().replaceAll(/WHEN (COUNT\([^)]*\)) >/g, "WHEN $1 + 0 >"));
  const whole = inTurn(3, { whole: engineRun("generated", "whole", wholeWindows) });
  const modes = inTurn(3, { generated: engineRun("generated"), interpreted: engineRun("interpreted") });
  assert.deepEqual(found["generated"], found["hand"]);
  assert.deepEqual(found["interpreted"], found["hand"]);
  assert.deepEqual(found["whole"], found["hand"]);

  report.heading(
    `${count.toLocaleString("en")} payments of ${users.toLocaleString("en")} users, parsed; ${found["hand"]!.length} alerts, the same in all`,
  );
  report.row("written by hand", nanos["hand"]! / count, "ns/event");
  report.row("Weir, generated code", nanos["generated"]! / count, "ns/event");
  report.row("Weir, closures", modes["interpreted"]! / count, "ns/event");
  report.row("Weir, generated code", 1e9 / (nanos["generated"]! / count), "events/s", { atLeast: 2_000_000 });
  report.row("Weir, generated code, whole windows", whole["whole"]! / count, "ns/event");
  report.row("Weir, generated code, whole windows", 1e9 / (whole["whole"]! / count), "events/s", {
    atLeast: 1_000_000,
  });
  report.row("generated code against by hand", nanos["generated"]! / nanos["hand"]!, "×", { atMost: 1.25 });
  report.row("closures against generated code", modes["interpreted"]! / modes["generated"]!, "×", { atMost: 2.5 });
}

function measureMemory(report: Report, events: readonly Payment[], plan: Plan): void {
  report.heading("memory of the state");
  const engineOf = (some: readonly Payment[]): Engine => {
    const made = createEngine(plan);
    for (const event of some) made.push("transactions", event as unknown as Record<string, unknown>);
    return made;
  };
  // What the host makes once of the code of engines is no state.
  engineOf(events.slice(0, events.length / 4));
  const before = bytesInUse();
  const engine = engineOf(events);
  const { keys } = engine.stats();
  report.row("five rules", (bytesInUse() - before) / keys, "bytes/key", { atMost: 400 });
}

const steadyRounds = 4;
/** Payments of a piece: few enough that most pieces are not interrupted. */
const pieceSize = 1000;

/**
 * The same payments again and again, each time later: all users are known, as in a service that has run for a while.
 *
 * Both take turns by small pieces, and what counts is the time than which a tenth of the pieces is faster: what other programs do meets
 * some pieces and not others.
 */
function steadily(report: Report, name: string, events: readonly Payment[], plan: Plan): void {
  const span = events.at(-1)!.ts - events[0]!.ts + 1;
  const hand = new HandWritten();
  const engine = createEngine(plan);
  const nanos: { readonly hand: number[]; readonly weir: number[] } = { hand: [], weir: [] };
  let alerts = 0;
  let found = 0;
  for (let round = 0; round <= steadyRounds; round++) {
    const shifted = events.map((event) => ({ ...event, ts: event.ts + round * span }));
    for (let from = 0; from < shifted.length; from += pieceSize) {
      const piece = shifted.slice(from, from + pieceSize);
      const startedAt = performance.now();
      for (const event of piece) hand.push(event);
      const handAt = performance.now();
      for (const event of piece) alerts += engine.push("transactions", event).length;
      const weirAt = performance.now();
      if (round === 0) continue;
      nanos.hand.push((1e6 * (handAt - startedAt)) / piece.length);
      nanos.weir.push((1e6 * (weirAt - handAt)) / piece.length);
    }
    found += hand.found.length;
    hand.found.length = 0;
  }
  hand.finish();
  assert.equal(alerts + engine.finish().length, found + hand.found.length);
  const byHand = tenth(nanos.hand);
  const byWeir = tenth(nanos.weir);
  report.heading(`${name}: the same again ${steadyRounds} times, each time later, in turn by pieces of ${pieceSize}`);
  report.row(`${name}: written by hand`, byHand, "ns/event");
  report.row(`${name}: Weir, generated code`, byWeir, "ns/event");
  report.row(`${name}: Weir, generated code`, 1e9 / byWeir, "events/s", { atLeast: 2_000_000 });
  report.row(`${name}: against by hand`, byWeir / byHand, "×", { atMost: 1.25 });
}

/** A tenth of the values is smaller. */
function tenth(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 10)] ?? Number.NaN;
}
