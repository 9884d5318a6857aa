import { compile } from "@weir/dsl";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import { type Bins, binsOf } from "../../packages/playground/src/engine/bins.ts";
import { EventTimes } from "../../packages/playground/src/engine/event-times.ts";
import { Run } from "../../packages/playground/src/engine/run.ts";

const start = Date.UTC(2026, 0, 1);

function runOver(rules: string, times: readonly number[]): (from: number, to: number, width: number) => Bins {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
  const store = new EventStore();
  for (const [i, time] of times.entries()) store.add({ ts: start + time, user: "u" }, i + 1, "s");
  const known = new EventTimes();
  const run = new Run(store, compiled.plan, known);
  run.advance(() => false);
  return (from, to, width) =>
    binsOf(store, known, run.alerts, compiled.plan.rules.length, { from: start + from, to: start + to, width });
}

test("every event of a view is in one bin, and those outside of it in none", () => {
  const times = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 10_000);
  const bins = runOver("RULE r WHERE FALSE EMIT LOW", times)(1000, 9000, 37);
  const inView = times.filter((time) => time >= 1000 && time < 9000).length;
  expect(bins.streams[0]!.reduce((sum, count) => sum + count, 0)).toBe(inView);
  expect(bins.visible).toBe(inView);
});

test("a resolved alert tells when its episode began, and is in sight while a part of the episode is", () => {
  const times = [0, 100, 200, 300, 60_000];
  const at = runOver("RULE r BY user WITHIN 10s WHEN COUNT() > 2 EMIT HIGH AND RESOLVE", times);
  const marks = at(0, 70_000, 10).marks!;
  expect(marks.map(({ isResolved }) => isResolved)).toEqual([false, true]);
  const [fired, resolved] = marks;
  expect(resolved!.since).toBe(fired!.at);
  expect(fired!.since).toBeNaN();
  expect(at(1000, 2000, 10).marks).toHaveLength(1);
  expect(at(30_000, 40_000, 10).marks).toHaveLength(0);
});

test("many alerts come as counts with the severest of each bin", () => {
  const times = Array.from({ length: 3000 }, (_, i) => i);
  const bins = runOver("RULE r EMIT HIGH", times)(0, 3000, 30);
  expect(bins.marks).toBeNull();
  expect([...bins.alerts[0]!]).toEqual(new Array<number>(30).fill(100));
  expect(new Set(bins.severest[0])).toEqual(new Set([4]));
});
