import { compile } from "@weir/dsl";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import { EventTimes } from "../../packages/playground/src/engine/event-times.ts";
import { arrivalStreams, type Hosting, hostedPlan, noHosting } from "../../packages/playground/src/engine/hosting.ts";
import { Run } from "../../packages/playground/src/engine/run.ts";
import { testBlock } from "../../packages/playground/src/share/test-block.ts";
import { vitestFile } from "../../packages/playground/src/share/vitest-file.ts";

function planOf(rules: string): Extract<ReturnType<typeof compile>, { ok: true }>["plan"] {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
  return compiled.plan;
}

function runOver(store: EventStore, rules: string, hosting: Hosting): Run {
  const plan = planOf(rules);
  if (hosting.arrival.kind === "pace" && arrivalStreams(plan).length > 0) store.usePace(hosting.arrival);
  const run = new Run(store, hostedPlan(plan, hosting), new EventTimes());
  run.advance(() => false);
  return run;
}

function storeOf(events: readonly Readonly<Record<string, unknown>>[]): EventStore {
  const store = new EventStore();
  for (const [i, event] of events.entries()) store.add(event, i + 1, "s");
  return store;
}

const looked = `TABLE accounts KEY user { user: STRING, limit: NUMBER }
RULE over FROM s WHERE amount > accounts[user].limit BY user EMIT HIGH`;
const accounts = [
  { user: "ann", limit: 5 },
  { user: "bob", limit: 50 },
  { user: "eve", limit: 1 },
];
const payments = [
  { ts: 1000, user: "ann", amount: 10 },
  { ts: 2000, user: "bob", amount: 10 },
  { ts: 3000, user: "zoe", amount: 10 },
];

test("rules see the rows of their tables, and none where there are none", () => {
  const rows = { accounts, others: [{ user: "not declared" }] };
  const { alerts } = runOver(storeOf(payments), looked, { ...noHosting, tables: rows });
  expect(Array.from({ length: alerts.total }, (_, i) => alerts.alert(i).key)).toEqual([{ user: "ann" }]);
  expect(runOver(storeOf(payments), looked, noHosting).alerts.total).toBe(0);
});

test("an exported TEST holds the rows that it needs and no other", () => {
  const plan = hostedPlan(planOf(looked), { ...noHosting, tables: { accounts } });
  const events = [{ stream: "s", event: payments[0]!, time: 1000 }];
  const { text, passes } = testBlock(looked, plan, "over the limit", events, null);
  expect(passes).toBe(true);
  expect(text).toContain('TABLE accounts { user: "ann", limit: 5 }');
  expect(text).not.toContain("bob");
  const file = vitestFile(looked, plan, "over the limit", events, null, false);
  expect(file).toContain('createEngine(compiled.plan, { tables: {"accounts":[{"user":"ann","limit":5}]} })');
});

const byArrival = "STREAM s TIME ARRIVAL\nRULE three FROM s BY user WITHIN 5s WHEN COUNT() >= 3 EMIT LOW";
const clicks = Array.from({ length: 6 }, (_, i) => ({ user: "ann", sent: 1_700_000_000 + 60 * i, n: i }));

test("a pace stands in for the clock of arrival: what is close in the recorded order is close in time", () => {
  const first = (stepMs: number): number | undefined => {
    const { alerts } = runOver(storeOf(clicks), byArrival, {
      ...noHosting,
      arrival: { kind: "pace", startMs: 0, stepMs },
    });
    return alerts.total === 0 ? undefined : alerts.at(0);
  };
  expect(first(1000)).toBe(2000);
  expect(first(2499)).toBe(4998);
  expect(first(2500)).toBeUndefined();
});

test("so does a field, in its unit", () => {
  const run = runOver(storeOf(clicks), byArrival.replace("5s", "121s"), {
    ...noHosting,
    arrival: { kind: "field", field: "sent", unit: "SECONDS" },
  });
  expect(run.alerts.at(0)).toBe(1_700_000_120_000);
});

test("what is exported of rules by arrival takes its times from arrival again", () => {
  const hosting: Hosting = { ...noHosting, arrival: { kind: "pace", startMs: 0, stepMs: 1000 } };
  const store = storeOf(clicks);
  runOver(store, byArrival, hosting);
  const plan = hostedPlan(planOf(byArrival), hosting);
  const events = [0, 1, 2].map((i) => ({ stream: "s", event: store.event(i), time: 1000 * i }));
  const { text, passes } = testBlock(byArrival, plan, "three", events, null);
  expect(passes).toBe(true);
  expect(text).not.toContain("@arrival");
  const file = vitestFile(byArrival, plan, "three", events, null, true);
  expect(file).toContain("now: () => now");
  expect(file).not.toContain("@arrival");
});
