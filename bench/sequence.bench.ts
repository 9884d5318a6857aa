import { createEngine, type EventData } from "@weir/core";
import { cpuNanos, median } from "./harness/measure.ts";
import { planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const users = scaled(50_000);
const count = scaled(200_000);
const rounds = 7;
/** Rounds that do not count. */
const warming = 3;
const withinMs = 600_000;
const engineAlone = "one condition on the event, no key";
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
 * What sequences cost per event, beside an engine that tests one condition and beside hand-written code for two steps. Each engine
 * lives on over all rounds, for the code of one that is gone is thrown away with it, and the next begins cold.
 *
 * The goal is two steps within 60 ns of the engine alone. Making alerts is left out but for one row: a WHEN that fails discards what
 * matches.
 */
export function run(report: Report): void {
  for (const [mix, failures, successes] of mixes) {
    const next = random();
    const candidates: Record<string, (events: readonly Login[]) => number> = {
      [engineAlone]: pusher(`FROM logins WHEN outcome = "never" EMIT LOW`),
      [lookUp]: pusher(`FROM logins BY user WHEN outcome = "never" EMIT LOW`),
      [byHand]: handWritten(),
      [withAlerts]: pusher(`BY user ${shapes["two steps"]} WITHIN 10m EMIT HIGH`),
    };
    for (const [shape, text] of Object.entries(shapes)) {
      candidates[shape] = pusher(`BY user ${text} WITHIN 10m WHEN fail.ip = "never" EMIT HIGH`);
    }
    const nanos: Record<string, number[]> = {};
    const alerts: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      const events = logins(failures, successes, next, 1_700_000_000_000 + round * count * 5);
      for (const [name, push] of Object.entries(candidates)) {
        globalThis.gc?.();
        const taken = cpuNanos(() => {
          alerts[name] = (alerts[name] ?? 0) + push(events);
        });
        if (round >= warming) (nanos[name] ??= []).push(taken / count);
      }
    }
    if (alerts[byHand] !== alerts[withAlerts]) throw new Error(`alerts differ: ${JSON.stringify(alerts)}`);
    report.heading(
      `${mix}: ${(rounds * count).toLocaleString("en")} logins of ${users.toLocaleString("en")} users, ${alerts[byHand]} matches`,
    );
    const of = (name: string): number => median(nanos[name] ?? []);
    for (const candidate of Object.keys(candidates)) report.row(`${mix}: ${candidate}`, of(candidate), "ns/event");
    report.row(`${mix}: two steps above the engine alone`, of("two steps") - of(engineAlone), "ns/event", {
      atMost: 60,
    });
    report.row(`${mix}: two steps with alerts, against by hand`, of(withAlerts) / of(byHand), "×");
  }
  manySequences(report);
}

/** Sequences that differ in the ip they ask for: an event meets a step of few of them. */
function manySequences(report: Report): void {
  report.heading("sequences over one key that differ in a constant, 200,000 logins of 1,000 users");
  const few = 200_000;
  const rows = logins(0.1, 0.4, random(), 0).slice(0, few);
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
    const taken = Array.from({ length: 5 }, (_, round) => push(1_700_000_000_000 + round * few * 5));
    const nanos = median(taken.slice(2)) / few;
    if (count === 1) one = nanos;
    report.row(`${count} sequences (${matches} matches)`, nanos, "ns/event");
    report.row(`${count} sequences, against one`, nanos / one, "×");
  }
}

/** The same numbers between 0 and 1 each time. */
function random(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Logins five milliseconds apart. */
function logins(failures: number, successes: number, next: () => number, from: number): readonly Login[] {
  return Array.from({ length: count }, (_, i) => {
    const kind = next();
    return {
      ts: from + i * 5,
      user: `u${Math.floor(next() * users)}`,
      outcome: kind < failures ? "failure" : kind < failures + successes ? "success" : "refresh",
      ip: `10.0.0.${Math.floor(next() * 4)}`,
    };
  });
}

function pusher(text: string): (events: readonly Login[]) => number {
  const engine = createEngine(planOf(text));
  return (events) => {
    let alerts = 0;
    for (const event of events) alerts += engine.push("logins", event).length;
    return alerts;
  };
}

/** A failure, then a success of the same user in less than ten minutes; one match at a time. */
function handWritten(): (events: readonly Login[]) => number {
  const failures = new Map<string, number[]>();
  return (events) => {
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
  };
}
