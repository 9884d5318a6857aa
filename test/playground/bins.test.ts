import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import { type Bins, binsOf } from "../../packages/playground/src/engine/bins.ts";
import { EventTimes } from "../../packages/playground/src/engine/event-times.ts";
import { Levels } from "../../packages/playground/src/engine/levels.ts";
import { lookBackMs } from "../../packages/playground/src/engine/rule-closure.ts";
import { Run } from "../../packages/playground/src/engine/run.ts";
import { planOf } from "../oracle/run-engine.ts";

const start = Date.UTC(2026, 0, 1);

function runOver(
  rules: string,
  times: readonly number[],
  field: (i: number) => object = () => ({}),
): (from: number, to: number, width: number) => Bins {
  const plan = planOf(rules);
  const store = new EventStore();
  for (const [i, time] of times.entries()) store.add({ ts: start + time, user: "u", ...field(i) }, i + 1, "s");
  const known = new EventTimes();
  const { alerts, openRuns } = finished(new Run(store, plan, known));
  const windowsMs = plan.rules.map((rule) => lookBackMs(rule, plan));
  return (from, to, width) =>
    binsOf(store, known, { alerts, openRuns, windowsMs }, { from: start + from, to: start + to, width });
}

function finished(run: Run): Run {
  run.advance(() => false);
  return run;
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
  expect([...bins.rules[0]!.alerts]).toEqual(new Array<number>(30).fill(100));
  expect(new Set(bins.rules[0]!.severest)).toEqual(new Set([4]));
});

test("each bin has as many windows and episodes as lie over it", () => {
  const times = [0, 100, 200, 300, 60_000, 60_100, 60_200];
  const { rules, open, marks } = runOver("RULE r BY user WITHIN 10s WHEN COUNT() > 2 EMIT HIGH AND RESOLVE", times)(
    -20_000,
    80_000,
    10,
  );
  // The first alert is at 200, and resolved at 10,100; the second at 60,200 never is.
  expect([...rules[0]!.windows]).toEqual([0, 1, 1, 0, 0, 0, 0, 1, 1, 0]);
  expect([...rules[0]!.episodes]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1, 1]);
  expect(marks!.filter(({ index }) => open.has(index)).map(({ at }) => at)).toEqual([start + 60_200]);
});

test("an open episode is in sight wherever the view lies behind its beginning", () => {
  const at = runOver("RULE r BY user WITHIN 10s WHEN COUNT() > 2 EMIT HIGH AND RESOLVE", [0, 100, 200]);
  const { marks, open, rules } = at(5000, 6000, 4);
  expect(marks!.map(({ index }) => open.has(index))).toEqual([true]);
  expect([...rules[0]!.episodes]).toEqual([1, 1, 1, 1]);
});

test("bins of a sequence hold how many partial matches there were, also between two events", () => {
  const kinds = ["a", "a", "b", "a", "x"];
  const at = runOver(
    'RULE r SEQUENCE first: s WHERE kind = "a" THEN second: s WHERE kind = "b" WITHIN 10s MATCH EACH EMIT LOW',
    [0, 1000, 3000, 5000, 30_000],
    (i) => ({ kind: kinds[i] }),
  );
  expect([...at(0, 8000, 8).rules[0]!.partial!]).toEqual([1, 2, 2, 0, 0, 1, 1, 1]);
  // Nothing happens between 5 s and 30 s, and yet by 15 s it is over.
  expect([...at(0, 30_000, 3).rules[0]!.partial!]).toEqual([2, 1, 0]);
  expect(runOver("RULE r EMIT LOW", [0])(0, 10, 1).rules[0]!.partial).toBeNull();
});

test("levels are what counting each span in each bin gives", () => {
  const span = fc.tuple(fc.integer({ min: -50, max: 150 }), fc.integer({ min: 0, max: 80 }));
  fc.assert(
    fc.property(fc.array(span), fc.integer({ min: 1, max: 40 }), (spans, width) => {
      const levels = new Levels(0, 100, width);
      for (const [begin, length] of spans) levels.add(begin, begin + length);
      const bin = (time: number): number => Math.floor((time * width) / 100);
      const expected = Array.from(
        { length: width },
        (_, i) => spans.filter(([begin, length]) => bin(begin) <= i && bin(begin + length) >= i).length,
      );
      expect([...levels.counts()]).toEqual(expected);
    }),
  );
});
