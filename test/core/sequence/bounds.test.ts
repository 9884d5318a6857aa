import { type Alert, createEngine, type Engine, restoreEngine } from "@weir/core";
import { describe, expect, it } from "vitest";
import { planOf } from "../../oracle/run-engine.ts";

const startMs = 1_700_000_000_000;

/** Sequences that runs of many keys begin and nobody ends. */
const rules: Readonly<Record<string, string>> = {
  "two steps": "BY u SEQUENCE x: a THEN y: b WITHIN 10m EMIT LOW { x: x.v }",
  "a condition on what was bound": "BY u SEQUENCE x: a THEN y: b WHERE v > x.v WITHIN 10m EMIT LOW",
  "a repeated step": "BY u SEQUENCE x: a{2,} THEN y: b WITHIN 10m EMIT LOW { s: SUM(x.v) }",
  "every combination": "BY u SEQUENCE x: a THEN y: b WITHIN 10m MATCH ALL LIMIT 10 EMIT LOW",
  "an absence that does not fire": "BY u SEQUENCE x: a THEN NOT y: b WITHIN 10m WHEN x.v < 0 EMIT LOW",
};

describe("runs that are over leave nothing behind", () => {
  it.each(Object.entries(rules))("of keys that fall silent: %s", (_, text) => {
    const keys = 20_000;
    const engine = createEngine(planOf(text));
    const nothing = engine.snapshot().length;
    for (let i = 0; i < keys; i++) engine.push("a", { u: `u${i}`, v: i, ts: startMs + i });
    expect(engine.stats().keys).toBe(keys);
    expect(engine.snapshot().length).toBeGreaterThan(keys * 20);
    // Nobody's event: the clock alone moves on.
    engine.advanceTo(startMs + keys + 11 * 60_000);
    expect(engine.stats().keys).toBe(0);
    expect(engine.snapshot().length).toBeLessThan(nothing + 50);
  });

  it("without a question after its state, and without another event of the stream", () => {
    const engine = createEngine(planOf("BY u SEQUENCE x: a THEN NOT y: b WITHIN 10m EMIT LOW { v: x.v }"));
    const alerts: Alert[] = [];
    for (let i = 0; i < 1000; i++) alerts.push(...engine.push("a", { u: `u${i}`, v: i, ts: startMs + i }));
    alerts.push(...engine.advanceTo(startMs + 600_000 + 499));
    expect(alerts.map(({ data }) => data["v"])).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(engine.stats().pending).toBe(500);
    alerts.push(...engine.advanceTo(startMs + 600_999));
    expect(alerts).toHaveLength(1000);
    expect(engine.stats()).toMatchObject({ pending: 0, keys: 0 });
  });

  it("also after a restart with runs that live", () => {
    const plan = planOf(rules["two steps"]!);
    let engine: Engine = createEngine(plan);
    const nothing = engine.snapshot().length;
    for (let i = 0; i < 1000; i++) engine.push("a", { u: `u${i}`, v: i, ts: startMs + i });
    engine = restoreEngine(plan, engine.snapshot());
    expect(engine.stats().keys).toBe(1000);
    engine.advanceTo(startMs + 1000 + 660_000);
    expect(engine.stats().keys).toBe(0);
    expect(engine.snapshot().length).toBeLessThan(nothing + 50);
  });
});

describe("runs of one key are bounded", () => {
  it("MATCH ALL that reaches its limit makes no new run, and says so", () => {
    const engine = createEngine(
      planOf("RULE r SEQUENCE x: a THEN y: b WITHIN 1h MATCH ALL LIMIT 3 EMIT LOW { x: x.v }"),
    );
    for (let i = 0; i < 5; i++) engine.push("a", { v: i, ts: startMs + i });
    expect(engine.stats()).toMatchObject({ limited: 2, rules: [{ rule: "r", limited: 2 }] });
    expect(engine.push("b", { ts: startMs + 10 }).map(({ data }) => data["x"])).toEqual([0, 1, 2]);
  });

  it("any other sequence drops its oldest run of a thousand, and says so", () => {
    const engine = createEngine(planOf("RULE r SEQUENCE x: a THEN y: b WITHIN 1h MATCH EACH EMIT LOW { x: x.v }"));
    for (let i = 0; i < 1002; i++) engine.push("a", { v: i, ts: startMs + i });
    expect(engine.stats().limited).toBe(2);
    const found = engine.push("b", { ts: startMs + 5000 }).map(({ data }) => data["x"]);
    expect([found.length, found[0], found.at(-1)]).toEqual([1000, 2, 1001]);
  });

  it("a repeated step that only counts keeps no events", () => {
    const text = (data: string): string => `SEQUENCE x: a{3,} THEN y: b WITHIN 1h EMIT LOW ${data}`;
    const size = (data: string, events: number): number => {
      const engine = createEngine(planOf(text(data)));
      for (let i = 0; i < events; i++) engine.push("a", { v: i, long: "x".repeat(1000), ts: startMs + i });
      return engine.snapshot().length;
    };
    const perEvent = (data: string): number => (size(data, 900) - size(data, 100)) / 800;
    expect(perEvent("{ n: COUNT(x), last: x.v }")).toBeLessThan(100);
    expect(perEvent("{ s: SUM(x.v) }")).toBeLessThan(1200);
  });

  it("rows that no run holds any more are dropped", () => {
    const engine = createEngine(planOf("SEQUENCE x: a{3,} THEN y: b WITHIN 1s EMIT LOW { s: SUM(x.v) }"));
    const sizes: number[] = [];
    for (let i = 0; i < 5000; i++) {
      engine.push("a", { v: i, ts: startMs + i * 100 });
      if (i % 1000 === 999) sizes.push(engine.snapshot().length);
    }
    expect(Math.max(...sizes)).toBeLessThan(2 * sizes[0]!);
  });
});
