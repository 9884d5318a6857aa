import { createEngine, type EventData } from "@weir/core";
import { compile } from "@weir/dsl";

const users = 50_000;
const count = 1_000_000;
const withinMs = 600_000;

interface Login extends EventData {
  readonly ts: number;
  readonly user: string;
  readonly outcome: string;
  readonly ip: string;
}

/** Sequences of the common shapes, each keyed by user over the same logins. */
const rules: Readonly<Record<string, string>> = {
  "two steps": `SEQUENCE fail: logins WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success"`,
  "two steps, the second compares": `SEQUENCE fail: logins WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success" AND ip != fail.ip`,
  "three steps": `SEQUENCE fail: logins WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success" THEN out: logins WHERE outcome = "logout"`,
  "three failures or more, then success": `SEQUENCE fail: logins{3,} WHERE outcome = "failure" THEN ok: logins WHERE outcome = "success"`,
  absence: `SEQUENCE ok: logins WHERE outcome = "success" THEN NOT out: logins WHERE outcome = "logout"`,
  "strictly next": `SEQUENCE fail: logins WHERE outcome = "failure" THEN NEXT ok: logins WHERE outcome = "success"`,
};

/**
 * What sequences cost per event, beside the look-up of the key alone and beside hand-written code for two steps.
 *
 * The goal is two steps within 60 ns of the look-up. Times are of the processor, the best of several passes.
 */
export function run(): void {
  for (const [name, share] of [
    ["one event in five matters", 0.2],
    ["every event matters", 1],
  ] as const) {
    const events = logins(share);
    const byHand = best(() => handWritten(events));
    const lookUp = best(() => pushAll(`FROM logins BY user WHEN outcome = "never" EMIT LOW`, events));
    console.log(`\n${name}: ${count.toLocaleString("en")} events, ${users.toLocaleString("en")} users`);
    console.log(row("look-up of the key alone", lookUp.ns, 0));
    console.log(row("two steps by hand, with its own look-up", byHand.ns, byHand.ns - lookUp.ns));
    for (const [rule, text] of Object.entries(rules)) {
      const found = best(() => pushAll(`BY user ${text} WITHIN 10m EMIT HIGH`, events));
      if (rule === "two steps" && found.alerts !== byHand.alerts) {
        throw new Error(`the engine says ${found.alerts} alerts, hand-written code ${byHand.alerts}`);
      }
      console.log(row(rule, found.ns, found.ns - lookUp.ns));
    }
  }
}

function row(name: string, ns: number, more: number): string {
  return `${name.padEnd(42)} ${ns.toFixed(0).padStart(6)} ns/event ${`${more >= 0 ? "+" : ""}${more.toFixed(0)}`.padStart(6)}`;
}

/** Logins a few milliseconds apart; `share` of them are failures, successes and logouts. */
function logins(share: number): readonly Login[] {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, (_, i) => {
    const kind = next();
    const outcome =
      kind >= share ? "refresh" : kind < share * 0.6 ? "failure" : kind < share * 0.9 ? "success" : "logout";
    return {
      ts: 1_700_000_000_000 + i * 5,
      user: `u${Math.floor(next() * users)}`,
      outcome,
      ip: `10.0.0.${Math.floor(next() * 4)}`,
    };
  });
}

function pushAll(text: string, events: readonly Login[]): number {
  const { plan, diagnostics } = compile(text);
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const engine = createEngine(plan);
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

function best(work: () => number): { readonly ns: number; readonly alerts: number } {
  let ns = Infinity;
  let alerts = 0;
  for (let pass = 0; pass < 5; pass++) {
    const before = process.cpuUsage();
    alerts = work();
    const { user, system } = process.cpuUsage(before);
    ns = Math.min(ns, ((user + system) * 1000) / count);
  }
  return { ns, alerts };
}
