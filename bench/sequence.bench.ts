import { createEngine, type EventData } from "@weir/core";
import { cpuNanos, inTurn } from "./harness/measure.ts";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";

const users = 50_000;
const count = 1_000_000;
const withinMs = 600_000;
const lookUp = "the look-up of the key alone";
const byHand = "two steps by hand, with a look-up of its own";
const withAlerts = "two steps, with their alerts";

interface Login extends EventData {
  readonly ts: number;
  readonly user: string;
  readonly outcome: string;
  readonly ip: string;
}

/** Sequences of the common shapes, each keyed by user over the same logins. */
const shapes: Readonly<Record<string, string>> = {
  "two steps": `SEQUENCE fail: logins WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success"`,
  "two steps, the second compares": `SEQUENCE fail: logins WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success" AND ip != fail.ip`,
  "three steps": `SEQUENCE fail: logins WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success" THEN out: logins WHERE outcome = "logout"`,
  "three or more, then one": `SEQUENCE fail: logins{3,} WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success"`,
  absence: `SEQUENCE fail: logins WHERE outcome = "failure" THEN NOT ok: logins WHERE outcome = "success"`,
  "strictly next": `SEQUENCE fail: logins WHERE outcome = "failure" THEN NEXT ok: logins WHERE outcome = "success"`,
};

/** Shares of failures and successes among the logins; the rest is nothing to any rule. */
const mixes: readonly (readonly [name: string, failures: number, successes: number])[] = [
  ["1 % fail, 19 % succeed", 0.01, 0.19],
  ["10 % fail, 90 % succeed", 0.1, 0.9],
];

/**
 * What sequences cost per event, beside the look-up of the key alone and beside hand-written code for two steps.
 *
 * The goal is two steps within 60 ns of the look-up. Making alerts is left out but for one row: a WHEN that fails discards what matches.
 */
export function run(report: Report): void {
  for (const [mix, failures, successes] of mixes) {
    const events = logins(failures, successes);
    const alerts: Record<string, number> = {};
    const candidates: Record<string, () => void> = {
      [lookUp]: () => void pushAll(`FROM logins BY user WHEN outcome = "never" EMIT LOW`, events),
      [byHand]: () => {
        alerts[byHand] = handWritten(events);
      },
      [withAlerts]: () => {
        alerts[withAlerts] = pushAll(`BY user ${shapes["two steps"]} WITHIN 10m EMIT HIGH`, events);
      },
    };
    for (const [shape, text] of Object.entries(shapes)) {
      candidates[shape] = () => void pushAll(`BY user ${text} WITHIN 10m WHEN fail.ip = "never" EMIT HIGH`, events);
    }
    const nanos = inTurn(3, candidates);
    if (alerts[byHand] !== alerts[withAlerts]) throw new Error(`alerts differ: ${JSON.stringify(alerts)}`);
    report.heading(
      `${mix}: ${count.toLocaleString("en")} logins of ${users.toLocaleString("en")} users, ${alerts[byHand]} matches`,
    );
    const ofLookUp = (nanos[lookUp] ?? Number.NaN) / count;
    for (const [candidate, all] of Object.entries(nanos)) report.row(`${mix}: ${candidate}`, all / count, "ns/event");
    report.row(
      `${mix}: two steps above the look-up`,
      (nanos["two steps"] ?? Number.NaN) / count - ofLookUp,
      "ns/event",
    );
    report.row(
      `${mix}: two steps against by hand`,
      (nanos[withAlerts] ?? Number.NaN) / (nanos[byHand] ?? Number.NaN),
      "×",
    );
  }
  manySequences(report);
}

/** Sequences that differ in the ip they ask for: an event meets a step of few of them. */
function manySequences(report: Report): void {
  report.heading("sequences over one key that differ in a constant, 200,000 logins of 1,000 users");
  const few = 200_000;
  const rows = logins(0.1, 0.4).slice(0, few);
  let one = Number.NaN;
  for (const count of [1, 100, 1000, 10_000]) {
    const events = rows.map(({ outcome }, i) => ({
      k: outcome[0],
      u: `u${(i * 7919) % 1000}`,
      ip: `${(i * 104_729) % count}`,
    }));
    const rules = Array.from(
      { length: count },
      (_, i) => `BY u SEQUENCE a: l WHERE ip="${i}" AND k="f" THEN b: l WHERE ip="${i}" AND k="s" WITHIN 10m EMIT LOW`,
    );
    const plan = planOf(rules.join("\n"));
    const engine = createEngine(plan);
    let matches = 0;
    const push = (from: number): number => {
      const timed = events.map((event, i) => ({ ts: from + i * 5, ...event }));
      return cpuNanos(() => {
        for (const event of timed) matches += engine.push("l", event).length;
      });
    };
    push(1_700_000_000_000);
    const nanos = push(1_700_000_000_000 + few * 5) / few;
    if (count === 1) one = nanos;
    report.row(`${count} sequences (${matches} matches)`, nanos, "ns/event");
    report.row(`${count} sequences, against one`, nanos / one, "×");
  }
}

/** Logins five milliseconds apart. */
function logins(failures: number, successes: number): readonly Login[] {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, (_, i) => {
    const kind = next();
    return {
      ts: 1_700_000_000_000 + i * 5,
      user: `u${Math.floor(next() * users)}`,
      outcome: kind < failures ? "failure" : kind < failures + successes ? "success" : "refresh",
      ip: `10.0.0.${Math.floor(next() * 4)}`,
    };
  });
}

function pushAll(text: string, events: readonly Login[]): number {
  const engine = createEngine(planOf(text));
  let alerts = 0;
  for (const event of events) alerts += engine.push("logins", event).length;
  return alerts;
}

/** A failure, then a success of the same user in less than ten minutes; one match at a time. */
function handWritten(events: readonly Login[]): number {
  const failures = new Map<string, number[]>();
  let alerts = 0;
  for (const { ts, user, outcome } of events) {
    const open = failures.get(user);
    if (outcome === "failure") {
      if (open === undefined) failures.set(user, [ts]);
      else open.push(ts);
    } else if (outcome === "success" && open !== undefined) {
      if (ts - open.at(-1)! < withinMs) alerts++;
      failures.delete(user);
    }
  }
  return alerts;
}
