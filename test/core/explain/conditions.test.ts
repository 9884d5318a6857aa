import { type ConditionPart, conditionText } from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparisonCloseness } from "../../../packages/core/src/explain/closeness.ts";
import { TwoGenerations } from "../../../packages/core/src/explain/two-generations.ts";
import { inSeconds, recorded } from "./recorded.ts";

/** The condition of a rule as it was for one event. */
function conditionOf(when: string, event: Readonly<Record<string, unknown>>): ConditionPart {
  const engine = recorded(`RULE r FROM s WHEN ${when} EMIT LOW EXPIRE AFTER 1d`, [[1, "s", event]]);
  return engine.whyNot("r").best!.condition!;
}

function said(when: string, event: Readonly<Record<string, unknown>>): readonly [string, number] {
  const condition = conditionOf(when, event);
  return [conditionText(condition, inSeconds), Math.round(condition.closeness * 100) / 100];
}

describe("a condition that is not TRUE", () => {
  it("is said part by part, with how near it came", () => {
    const cases: readonly (readonly [when: string, event: object, text: string, closeness: number])[] = [
      ["x > 10", { x: 8 }, "x was 8, not > 10", 0.8],
      ["x > 10", { x: -10 }, "x was -10, not > 10", -0.5],
      ["x < 10", { x: 12 }, "x was 12, not < 10", 0.8],
      ["x > 10", {}, "x was NULL, not > 10", -1],
      ["x > 10", { x: "9" }, 'x was "9", not > 10', -1],
      ['s = "a"', { s: "b" }, 's was "b", not = "a"', 0],
      ["x > 10 AND y > 10", { x: 20, y: 5 }, "y was 5, not > 10; the other part was TRUE", 0.75],
      [
        "x > 10 AND y > 10 AND z > 1",
        { x: 9, y: 5, z: 2 },
        "x was 9, not > 10; y was 5, not > 10; the other part was TRUE",
        0.8,
      ],
      ["x > 10 OR y > 10", { x: 9, y: 5 }, "none of (x was 9, not > 10 or y was 5, not > 10)", 0.9],
      ["NOT (x > 10)", { x: 12 }, "`NOT (x > 10)` was FALSE", 0.8],
      ["x BETWEEN 10 AND 20", { x: 9 }, "`x BETWEEN 10 AND 20` was FALSE (x 9)", 0.9],
      ["x BETWEEN 10 AND 20", { x: 22 }, "`x BETWEEN 10 AND 20` was FALSE (x 22)", 0.9],
      ['s IN ("a", "b")', { s: "c" }, '`s IN ("a", "b")` was FALSE (s "c")', 0],
      ['s MATCHES "^a"', {}, '`s MATCHES "^a"` was NULL (s NULL)', -1],
      ["x > 2 * y", { x: 3, y: 2 }, "x was 3, not > 4 = 2 * y (y 2)", 0.75],
      ["ts > TIME(2000)", { x: 1 }, "ts was 1s, not > TIME(2000) (2s)", 1],
    ];
    for (const [when, event, text, closeness] of cases) {
      expect([when, ...said(when, event as Record<string, unknown>)]).toEqual([when, text, closeness]);
    }
  });

  it("of lengths of time says them as such", () => {
    const engine = recorded("RULE r FROM s WHEN ELAPSED() > 10m EMIT LOW EXPIRE AFTER 1d", [
      [0, "s", {}],
      [300, "s", {}],
    ]);
    const { condition, closeness } = engine.whyNot("r").best!;
    expect([conditionText(condition!), closeness]).toEqual(["ELAPSED() was 5m, not > 10m", 0.5]);
  });
});

it("a comparison comes nearer as its left side does", () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(number, number, number, (a, b, threshold) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      if (high > threshold) return;
      const [far, near] = [comparisonCloseness(">", low, threshold), comparisonCloseness(">", high, threshold)];
      expect(near).toBeGreaterThanOrEqual(far);
      expect(near).toBeLessThan(1);
      expect(far).toBeGreaterThanOrEqual(-1);
    }),
  );
});

it("what is in use stays, whatever else comes, and what is dropped is told", () => {
  const dropped: number[] = [];
  const kept = new TwoGenerations<number>(10, (values) => dropped.push(...values));
  for (let i = 0; i < 100; i++) {
    kept.use("always", () => -1);
    kept.use(`key ${i}`, () => i);
  }
  const left = [...kept.values()];
  expect(left).toContain(-1);
  expect(left.length).toBeLessThanOrEqual(11);
  expect(kept.hasDropped).toBe(true);
  expect([...left.filter((value) => value >= 0), ...dropped].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, i) => i),
  );
});
