import { createEngine, type Engine, type ExplainOptions, whyNotLines, type WhyNotReason } from "@weir/core";
import { compile } from "@weir/dsl";
import { describe, expect, it } from "vitest";
import { at, inSeconds, recorded } from "./recorded.ts";

const burst = 'RULE burst FROM pay WHERE ok AND kind = "card" BY user WITHIN 10s WHEN COUNT() > limit EMIT HIGH';
const rules = (more = ""): string => `PARAM limit = 3 ${burst} ${more}`;
const good = { user: "u1", ok: true, kind: "card" };

function kinds(engine: Engine, rule: string, key?: Readonly<Record<string, unknown>>, time?: number): string[] {
  return engine.whyNot(rule, key, time).reasons.map(({ kind }) => kind);
}

function lines(
  engine: Engine,
  rule: string,
  key?: Readonly<Record<string, unknown>>,
  time?: number,
): readonly string[] {
  return whyNotLines(engine.whyNot(rule, key, time), inSeconds);
}

describe("a rule that did not fire", () => {
  it("reached a value, at a time, against a threshold", () => {
    const engine = recorded(rules(), at([0, 1, 2, 30], "pay", good));
    const { best, last, complete } = engine.whyNot("burst", { user: "u1" });
    expect([best?.at, best?.closeness, best?.outcome, last?.at, complete]).toEqual([
      2000,
      1 - 2 ** -40,
      "not-true",
      30_000,
      true,
    ]);
    expect(best?.condition).toMatchObject({
      op: "compare",
      text: "COUNT() > limit",
      truth: false,
      compare: {
        left: { text: "COUNT()", value: 3, type: "NUMBER" },
        cmp: ">",
        right: { text: "limit", value: 3, type: "NUMBER" },
      },
    });
    expect(lines(engine, "burst")).toEqual(["at 2s COUNT() was 3, not > limit (3)"]);
    expect(engine.whyNot("burst", { user: "u1" }, 1500).best?.at).toBe(1000);
  });

  it("had parts that were not TRUE, and what they were computed from", () => {
    const engine = recorded(
      "RULE dear FROM pay BY user WHEN x > 2 * AVG(PRIOR x) AND COUNT(PRIOR) >= 2 EMIT LOW EXPIRE AFTER 1d",
      [...at([0, 1, 2], "pay", { user: "u1", x: 10 }), [3, "pay", { user: "u1", x: 15 }]],
    );
    expect(lines(engine, "dear")).toEqual([
      "at 3s x was 15, not > 20 = 2 * AVG(PRIOR x) (AVG(PRIOR x) 10); the other part was TRUE",
    ]);
  });

  it("had events that WHERE refused, part by part", () => {
    const engine = recorded(rules(), [
      ...at([0, 1, 2], "pay", { ...good, kind: "cash" }),
      ...at([3, 4], "pay", { ...good, ok: false }),
      [5, "pay", { ...good, ok: null, kind: "cash" }],
    ]);
    expect(engine.whyNot("burst", { user: "u1" }).reasons).toEqual([
      {
        kind: "filtered",
        refused: 6,
        passed: 0,
        refusedBy: [
          { text: 'kind = "card"', events: 4 },
          { text: "ok", events: 3 },
        ],
        last: 5000,
      },
    ] satisfies WhyNotReason[]);
    expect(lines(engine, "burst")).toEqual([
      'WHERE was not TRUE for 6 of 6 events: `kind = "card"` failed 4, `ok` failed 3',
    ]);
  });

  it("had events without a key, of another key, of other streams, or none", () => {
    const keyless = recorded(rules(), at([0, 1], "pay", { ...good, user: null }));
    expect(lines(keyless, "burst")).toEqual([
      "2 events passed WHERE and had no key: `user` was NULL, a list or an object",
    ]);
    const other = recorded(rules(), at([0], "pay", good));
    expect(other.whyNot("burst", { user: "u2" })).toMatchObject({ key: null, reasons: [{ kind: "no-event" }] });
    const streams = recorded(rules(), at([0, 1], "payments", good));
    expect(lines(streams, "burst")).toEqual(["no event of stream `pay` came (of others: `payments` 2)"]);
    expect(kinds(recorded(rules(), []), "burst")).toEqual(["no-stream"]);
  });

  it("reads what another rule would have written", () => {
    const engine = recorded(
      rules("INTO bursts RULE again FROM bursts BY user WITHIN 1h WHEN COUNT() > 1 EMIT CRITICAL"),
      [...at([0, 1], "pay", good)],
    );
    expect(lines(engine, "again")).toEqual([
      "no event of stream `bursts` came, which rule `burst` writes: ask why that did not fire (of others: `pay` 2)",
    ]);
  });

  it("had events that were late or bad", () => {
    const engine = recorded(rules(), [
      ...at([100], "pay", good),
      ...at([1, 2, 3], "pay", good),
      [Number.NaN, "pay", good],
    ]);
    expect(lines(engine, "burst", { user: "u1" })).toEqual([
      "at 100s COUNT() was 1, not > limit (3)",
      "3 events came too late, the last of 3s",
      "1 event of stream `pay` could not be used: event time cannot be read: field `ts` is NaN, beyond what a date can be",
    ]);
  });

  it("had fired: its episode is open, its COOLDOWN runs, or its FOR", () => {
    const open = recorded(rules(), at([0, 1, 2, 3, 4], "pay", good));
    expect(lines(open, "burst")).toEqual([
      "its episode has been open since 3s: it fires again once it has closed",
      "it fired at 3s",
    ]);
    const cooled = recorded(rules("COOLDOWN 1m"), at([0, 1, 2, 3, 30, 31, 32, 33], "pay", good));
    expect(lines(cooled, "burst", {}, 33_000)).toEqual([
      "its COOLDOWN holds alerts back until 63s (1 alert so far)",
      "it fired at 3s",
    ]);
    const waiting = recorded(rules().replace("> limit EMIT", "> limit FOR 5s EMIT"), at([0, 1, 2, 3, 4], "pay", good));
    expect(lines(waiting, "burst")).toEqual(["its condition holds, and must do so until 8s"]);
  });

  it("was not evaluated: no window, and no session, has ended", () => {
    const text =
      "RULE t FROM pay BY user EVERY 1m WHEN COUNT() > 1 EMIT LOW RULE s FROM pay BY user SESSION 1m EMIT LOW";
    const engine = recorded(text, at([0, 1], "pay", good));
    expect(lines(engine, "t")).toEqual(["no window of the key had ended by then"]);
    expect(lines(engine, "s")).toEqual(["no session of the key had ended by then"]);
  });

  it("is asked for a key that did not fire, where the key is left open", () => {
    const engine = recorded(rules(), [
      ...at([0, 1, 2, 3], "pay", good),
      ...at([10, 11], "pay", { ...good, user: "u2" }),
      ...at([12], "pay", { ...good, user: "u3" }),
    ]);
    expect(engine.whyNot("burst").key).toEqual({ user: "u2" });
  });
});

describe("a sequence that did not fire", () => {
  const takeover = `RULE takeover BY user SEQUENCE fail: logins{2,} WHERE result = "failed"
    THEN NOT reset: resets THEN ok: logins WHERE result = "ok" THEN move: pay
    WITHIN 10m WHEN move.x > 100 EMIT CRITICAL`;
  const failed = { user: "u1", result: "failed" };
  const ok = { user: "u1", result: "ok" };

  it("had a run that came furthest, and waited for something", () => {
    const engine = recorded(takeover, [...at([0, 1], "logins", failed), [2, "logins", ok]]);
    const { run, best } = engine.whyNot("takeover", { user: "u1" });
    expect(best).toBeNull();
    expect(run).toMatchObject({
      startedAt: 0,
      progress: 2 / 3,
      bound: { fail: { count: 2, lastAt: 1000 }, ok: { count: 1, lastAt: 2000, events: [{ ...ok, ts: 2000 }] } },
      waitsFor: ["move"],
      end: { kind: "live", until: 600_000 },
    });
    expect(lines(engine, "takeover")).toEqual([
      "the run that came furthest had 2 of fail, the last at 1s, ok at 2s and waited for move; it still waits, until 600s",
    ]);
  });

  it("was ended: by a NOT, by its WITHIN, by its WHEN", () => {
    const forbidden = recorded(takeover, [...at([0, 1], "logins", failed), [2, "resets", { user: "u1" }]]);
    expect(forbidden.whyNot("takeover").run?.end).toEqual({
      kind: "forbidden",
      at: 2000,
      step: "reset",
      event: { user: "u1", ts: 2000 },
    });
    const over = recorded(takeover, at([0], "logins", failed), { until: 3600 });
    expect(lines(over, "takeover")).toEqual([
      'the run that came furthest had fail at 0s and waited for 1 more of fail{2,} where result = "failed"; its WITHIN ran out at 600s',
    ]);
    const small = recorded(takeover, [
      ...at([0, 1], "logins", failed),
      [2, "logins", ok],
      [3, "pay", { user: "u1", x: 60 }],
    ]);
    expect(lines(small, "takeover")[0]).toMatch(/; it was complete at 3s, and move\.x was 60, not > 100$/);
  });

  it("was interrupted where THEN NEXT allows nothing between", () => {
    const engine = recorded("RULE r BY user SEQUENCE a THEN NEXT b WITHIN 1m EMIT LOW", [
      [0, "a", { user: "u1" }],
      [1, "a", { user: "u1", n: 2 }],
    ]);
    expect(engine.whyNot("r").run?.end).toMatchObject({ kind: "live" });
    expect(engine.nearMisses("r")[0]?.run?.end).toEqual({
      kind: "interrupted",
      at: 1000,
      event: { user: "u1", n: 2, ts: 1000 },
    });
  });

  it("never began: what the first step refused", () => {
    const engine = recorded(takeover, at([0, 1, 2], "logins", ok));
    expect(lines(engine, "takeover")).toEqual([
      'no event satisfied the first step: of 3 events `result = "failed"` failed 3',
    ]);
  });

  it("has its runs followed within bounds: the oldest and the newest, each up to 1,000 events a step", () => {
    const text = "RULE r BY user SEQUENCE a: s{2,} THEN b: t WITHIN 1d EMIT LOW";
    const seconds = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
    const many = recorded(text, at(seconds(80), "s", { user: "u1" })).whyNot("r");
    expect([many.complete, many.run?.startedAt, many.run?.bound["a"]?.count]).toEqual([false, 0, 80]);
    const long = recorded(text, at(seconds(1300), "s", { user: "u1" })).whyNot("r");
    expect(long.complete).toBe(false);
    expect(long.run?.bound["a"]?.count).toBeLessThanOrEqual(1000);
    expect(long.run?.waitsFor).toEqual(["b"]);
  });

  it("says of absence that what must not come came", () => {
    const unpaid = "RULE unpaid SEQUENCE o: orders BY id THEN NOT p: payments BY id WITHIN 15m EMIT LOW";
    const engine = recorded(unpaid, [
      [0, "orders", { id: 1 }],
      [60, "payments", { id: 1 }],
    ]);
    expect(lines(engine, "unpaid", { id: 1 })).toEqual([
      'the run that came furthest had o at 0s and waited for the end of WITHIN, with not p; at 60s an event of NOT `p` ended it: {"id":1,"ts":60000}',
    ]);
  });
});

describe("near misses", () => {
  it("are the times at which a rule came closest and did not fire, the closest first", () => {
    const engine = recorded(rules(), [
      ...at([0, 1], "pay", good),
      ...at([100, 101, 102], "pay", { ...good, user: "u2" }),
      ...at([200, 201, 202, 203], "pay", good),
      ...at([209], "pay", good),
    ]);
    expect(
      engine
        .nearMisses("burst")
        .map(({ key, at: time, closeness }) => [key["user"], time, Math.round(closeness * 100)]),
    ).toEqual([
      ["u2", 102_000, 100],
      ["u1", 1000, 67],
    ]);
    expect(engine.nearMisses("burst", 1)).toHaveLength(1);
  });

  it("of many keys are kept though the keys are forgotten", () => {
    const events = Array.from({ length: 300 }, (_, i) =>
      at(i === 7 ? [i, i, i] : [i], "pay", { ...good, user: `u${i}` }),
    ).flat();
    const engine = recorded(rules(), events, { explain: { keys: 10 } });
    expect(engine.nearMisses("burst")[0]).toMatchObject({ key: { user: "u7" }, at: 7000 });
    expect(engine.nearMisses("burst", 1000)).toHaveLength(100);
    expect(engine.whyNot("burst", { user: "u7" })).toMatchObject({ best: null, complete: false });
    expect(engine.whyNot("burst", { user: "u299" }).best?.at).toBe(299_000);
  });
});

describe("what is recorded", () => {
  it("is only what was asked for", () => {
    const text = rules("RULE all FROM pay BY user EXPIRE AFTER 1d EMIT LOW");
    const explain = {
      rules: ["burst"],
      keeps: (_: string, key: Readonly<Record<string, unknown>>) => key["user"] === "u2",
    };
    const engine = recorded(text, [...at([0], "pay", good), ...at([1], "pay", { ...good, user: "u2" })], { explain });
    expect(engine.whyNot("burst", { user: "u2" }).best?.at).toBe(1000);
    expect(engine.whyNot("burst", { user: "u1" }).best).toBeNull();
    expect(() => engine.whyNot("all")).toThrow("rule `all` is not recorded");
    expect(() => engine.whyNot("none")).toThrow("there is no rule `none`");
  });

  it("is nothing without `explain`, and that is said", () => {
    const engine = createEngine(compile(rules()).plan!);
    expect(() => engine.whyNot("burst")).toThrow("made without `explain`");
    expect(() => engine.nearMisses("burst")).toThrow("made without `explain`");
    expect(() => engine.why("x")).toThrow("made without `explain`");
  });

  it("is as many evaluations of a key as were asked for", () => {
    const times = Array.from({ length: 40 }, (_, i) => i * 20);
    const last = (explain: ExplainOptions): unknown =>
      recorded(rules(), at(times, "pay", good), { explain }).whyNot("burst", { user: "u1" }, 500_000).last?.at;
    expect([last({ evaluations: 40 }), last({ evaluations: 4 })]).toEqual([500_000, 280_000]);
  });

  it("shows of a window with more events the newest 100", () => {
    const { plan } = compile("RULE many FROM pay BY user WITHIN 10m WHEN COUNT() > 149 EMIT LOW");
    const engine = createEngine(plan!, { explain: true });
    const alerts = Array.from({ length: 150 }, (_, i) => engine.push("pay", { user: "u1", ts: i * 1000 })).flat();
    const shown = alerts[0]!.events as readonly { readonly ts: number }[];
    expect([shown.length, shown[0]!.ts, shown[99]!.ts]).toEqual([100, 50_000, 149_000]);
  });

  it("tells of each alert what its condition came to", () => {
    const { plan } = compile(rules());
    const engine = createEngine(plan!, { explain: true });
    const [alert] = at([0, 1, 2, 3], "pay", good).flatMap(([s, stream, fields]) =>
      engine.push(stream, { ...fields, ts: s * 1000 }),
    );
    expect(engine.why(alert!.id)).toMatchObject({
      alertId: alert!.id,
      rule: "burst",
      severity: "HIGH",
      at: 3000,
      condition: { truth: true, compare: { left: { text: "COUNT()", value: 4 }, cmp: ">", right: { value: 3 } } },
    });
    expect(engine.why("unknown")).toBeNull();
  });
});
