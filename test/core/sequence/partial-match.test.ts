import { createEngine } from "@weir/core";
import { expect, it } from "vitest";
import { planOf } from "../../oracle/run-engine.ts";

const plan = planOf(`
  RULE guessed BY user SEQUENCE fail: login{3,} WHERE ok = FALSE THEN win: login WHERE ok = TRUE THEN NOT out: logout
  WITHIN 10m EMIT HIGH
  RULE many WITHIN 1m BY user WHEN COUNT() > 100 EMIT LOW`);

it("partial matches tell key, beginning, end, steps done and what they wait for, the furthest first", () => {
  const engine = createEngine(plan);
  engine.push("login", { user: "ana", ok: false, ts: 0 });
  for (let i = 0; i < 3; i++) engine.push("login", { user: "bob", ok: false, ts: 1000 + i });
  engine.push("login", { user: "bob", ok: true, ts: 2000 });
  expect(engine.partialMatches("guessed")).toEqual({
    count: 4,
    matches: [
      {
        key: { user: "bob" },
        startedAt: 1000,
        until: 601_000,
        done: 2,
        steps: 3,
        waitsFor: ["the end of WITHIN, with not out"],
      },
      expect.objectContaining({
        key: { user: "ana" },
        startedAt: 0,
        done: 0,
        waitsFor: [expect.stringMatching(/^2 more of fail/)],
      }),
      expect.objectContaining({ key: { user: "bob" }, startedAt: 1001, done: 0 }),
      expect.objectContaining({ key: { user: "bob" }, startedAt: 1002, done: 0 }),
    ],
  });
  expect(engine.partialMatches("guessed", 1)).toMatchObject({ count: 4, matches: [{ done: 2 }] });
  expect(engine.partialMatchCount("guessed")).toBe(4);
});

it("a run that is over is none, though it may be held a little longer", () => {
  const engine = createEngine(planOf("RULE r BY u SEQUENCE x: a THEN y: b WITHIN 10m EMIT LOW"));
  engine.push("a", { u: 1, ts: 0 });
  engine.advanceTo(599_999);
  expect(engine.partialMatches("r").count).toBe(1);
  engine.advanceTo(600_000);
  expect(engine.partialMatches("r")).toEqual({ count: 0, matches: [] });
  engine.advanceTo(660_000);
  expect(engine.partialMatchCount("r")).toBe(0);
});

it("a rule that is no sequence has none, and a rule that is not there is an error", () => {
  const engine = createEngine(plan);
  engine.push("login", { user: "ana", ok: false, ts: 0 });
  expect(engine.partialMatches("many")).toEqual({ count: 0, matches: [] });
  expect(engine.partialMatchCount("many")).toBe(0);
  expect(() => engine.partialMatches("none")).toThrow(RangeError);
});
