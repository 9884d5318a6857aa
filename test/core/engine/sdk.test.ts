import {
  type Alert,
  createEngine,
  EngineOptionError,
  type EngineOptions,
  restoreEngine,
  type SetAside,
  SnapshotError,
} from "@weir/core";
import { compile } from "@weir/dsl";
import { describe, expect, test } from "vitest";

function planOf(text: string): Parameters<typeof createEngine>[0] {
  const compiled = compile(text, { functions: { RISK: { params: ["STRING"], returns: "NUMBER" } } });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join("\n"));
  return compiled.plan;
}

const each = "FROM a BY u EMIT LOW { n: COUNT() }";

describe("alerts reach the host", () => {
  test("as the return value of push, and by callback, in the same order", () => {
    const called: Alert[] = [];
    const engine = createEngine(planOf(`${each} FROM a EMIT HIGH`), { onAlert: (alert) => called.push(alert) });
    const returned = [...engine.push("a", { ts: 1, u: "x" }), ...engine.push("a", { ts: 2, u: "y" })];
    expect(returned.map(({ rule, at }) => [rule, at])).toEqual([
      ["rule_1", 1],
      ["rule_2", 1],
      ["rule_1", 2],
      ["rule_2", 2],
    ]);
    expect(called).toEqual(returned);
  });

  test("in the key order of the language's JSON", () => {
    const [alert] = createEngine(planOf(each)).push("a", { ts: 1, u: "x" });
    expect(Object.keys(alert!)).toEqual(["id", "rule", "severity", "status", "at", "key", "message", "data"]);
  });

  test("by an async iterable, which ends when the engine is closed", async () => {
    const engine = createEngine(planOf(each));
    const read: unknown[] = [];
    const loop = (async () => {
      for await (const alert of engine.alerts()) read.push(alert.at);
    })();
    engine.push("a", { ts: 1, u: "x" });
    await Promise.resolve();
    engine.push("a", { ts: 2, u: "x" });
    engine.close();
    await loop;
    expect(read).toEqual([1, 2]);
  });

  test("an iterable that is not read fails instead of filling the memory", async () => {
    const engine = createEngine(planOf(each));
    const alerts = engine.alerts({ limit: 2 });
    for (let ts = 0; ts < 5; ts++) engine.push("a", { ts, u: "x" });
    await alerts.next();
    await alerts.next();
    await expect(alerts.next()).rejects.toThrow("more than 2 alerts waited");
  });

  test("a callback that throws leaves the engine whole", () => {
    let fail = true;
    const engine = createEngine(planOf(each), {
      onAlert: () => {
        if (fail) throw new Error("host");
      },
    });
    expect(() => engine.push("a", { ts: 1, u: "x" })).toThrow("host");
    fail = false;
    expect(engine.push("a", { ts: 2, u: "x" })[0]!.data).toEqual({ n: 2 });
  });

  test("onAlert tells which event made it, also of what callbacks push, and behind a call that failed", () => {
    const told: unknown[] = [];
    const engine = createEngine(planOf("STREAM a TIME ts FROM a EMIT HIGH { i }"), {
      lateness: 10,
      onAlert: (alert, event) => told.push([alert.data["i"], event]),
      onSetAside: () => void engine.push("a", { ts: 90, i: "from a callback" }),
    });
    engine.push("a", { ts: 0, i: 0 });
    engine.push("a", { ts: 50, i: 1 });
    // Late: event 3 is pushed from the callback.
    engine.push("a", { ts: 1, i: 2 });
    engine.advanceTo(100);
    engine.push("a", { ts: 105, i: 4 });
    engine.push("a", {
      ts: 106,
      get i(): never {
        throw new Error("host");
      },
    });
    // The alert of event 4 goes with the call that fails.
    expect(() => engine.advanceTo(200)).toThrow("host");
    engine.push("a", { ts: 300, i: 6 });
    engine.finish();
    expect(told).toEqual([
      [0, 0],
      [1, 1],
      ["from a callback", 3],
      [6, 6],
    ]);
  });

  test("with the events that made them fire, where the host asks", () => {
    const plan = planOf("FROM a BY u WITHIN 10s WHEN COUNT() >= 2 EMIT LOW");
    const engine = createEngine(plan, { explain: true });
    engine.push("a", { ts: 0, u: "x", i: 0 });
    engine.push("a", { ts: 15_000, u: "x", i: 1 });
    const [alert] = engine.push("a", { ts: 16_000, u: "x", i: 2 });
    expect(alert!.events).toEqual([
      { ts: 15_000, u: "x", i: 1 },
      { ts: 16_000, u: "x", i: 2 },
    ]);
  });
});

describe("what is set aside", () => {
  test("late and bad events come with their reasons and are counted, never thrown", () => {
    const aside: SetAside[] = [];
    const engine = createEngine(planOf(each), { onSetAside: (event) => aside.push(event) });
    engine.push("a", { ts: 5000, u: "x" });
    engine.push("a", { ts: 4000, u: "x" });
    engine.push("a", { u: "x" });
    engine.push("a", null as never);
    engine.push("a", [] as never);
    expect(aside.map(({ kind, behindMs }) => [kind, behindMs])).toEqual([
      ["late", 1000],
      ["bad", undefined],
      ["bad", undefined],
      ["bad", undefined],
    ]);
    expect(engine.stats()).toMatchObject({ events: 5, late: 1, bad: 3, alerts: 1 });
  });

  test("fields named like those of every object are data", () => {
    const event = JSON.parse('{"ts":1,"u":"x","__proto__":{"polluted":true},"constructor":5}') as {
      ts: number;
      u: string;
    };
    const [alert] = createEngine(
      planOf("FROM a EMIT LOW { p: polluted, c: constructor, t: toString, o: __proto__ }"),
    ).push("a", event);
    expect(alert!.data).toEqual({ p: null, c: 5, t: null, o: { polluted: true } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("a key named __proto__ is a key like others", () => {
    const engine = createEngine(planOf(each));
    expect(engine.push("a", { ts: 1, u: "__proto__" })[0]!.key).toEqual({ u: "__proto__" });
    expect(engine.push("a", { ts: 2, u: "__proto__" })[0]!.data).toEqual({ n: 2 });
  });
});

describe("options", () => {
  const wrong: readonly [string, string, EngineOptions, string][] = [
    [
      "a PARAM that there is not",
      "PARAM limit = 1 FROM a EMIT LOW",
      { params: { limt: 2 } },
      "the rules have no PARAM `limt` (they declare `limit`)",
    ],
    [
      "a PARAM of another type",
      "PARAM limit = 1 FROM a WHERE x > limit EMIT LOW",
      { params: { limit: "2" } },
      "PARAM `limit` is a NUMBER, and was given a STRING",
    ],
    [
      "a duration that is none",
      "PARAM d = 1s WITHIN d COUNT() > 1 EMIT LOW",
      { params: { d: "soon" } },
      "PARAM `d` is a duration, and `soon` is none (write it like `90s` or `1h30m`)",
    ],
    [
      "a duration of 0",
      "PARAM d = 1s WITHIN d COUNT() > 1 EMIT LOW",
      { params: { d: 0 } },
      "PARAM `d` is 0 ms; a length of time is whole, from 1 ms to 10 years",
    ],
    [
      "a table that there is not",
      "FROM a EMIT LOW",
      { tables: { vip: [] } },
      "the rules have no TABLE `vip` (they declare none)",
    ],
    [
      "a row without its key",
      "TABLE vip KEY u FROM a WHERE u IN vip EMIT LOW",
      { tables: { vip: [{ x: 1 }] } },
      "row 1 of table `vip` has no key: its field `u` is missing",
    ],
    ["a lateness below 0", "FROM a EMIT LOW", { lateness: -1 }, "lateness is -1; it is whole milliseconds, 0 or more"],
  ];
  test.each(wrong)("refuse %s", (_, rules, options, message) => {
    expect(() => createEngine(planOf(rules), options)).toThrow(EngineOptionError);
    expect(() => createEngine(planOf(rules), options)).toThrow(message);
  });

  test("a duration may be overridden by text or milliseconds", () => {
    const plan = planOf("PARAM d = 10s FROM a WITHIN d WHEN COUNT() >= 2 EMIT EACH LOW");
    for (const d of ["1s", 1000]) {
      const engine = createEngine(plan, { params: { d } });
      engine.push("a", { ts: 0 });
      expect(engine.push("a", { ts: 1000 })).toHaveLength(0);
      expect(engine.push("a", { ts: 1500 })).toHaveLength(1);
    }
  });

  test("functions of the host are called without NULLs, and one that throws gives NULL", () => {
    const errors: string[] = [];
    const engine = createEngine(planOf("FROM a EMIT LOW { r: RISK(u) }"), {
      functions: {
        risk: (u: string) => {
          if (u === "bad") throw new Error("no");
          return u.length;
        },
      },
      onFunctionError: (name) => errors.push(name),
    });
    expect(engine.push("a", { ts: 1, u: "four" })[0]!.data).toEqual({ r: 4 });
    expect(engine.push("a", { ts: 2 })[0]!.data).toEqual({ r: null });
    expect(engine.push("a", { ts: 3, u: "bad" })[0]!.data).toEqual({ r: null });
    expect(errors).toEqual(["risk"]);
  });

  test("scope tells the ids of engines apart", () => {
    const ids = ["", "app.payments.0", "app.payments.1"].map(
      (scope) => createEngine(planOf(each), { scope }).push("a", { ts: 1, u: "x" })[0]!.id,
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe("tables", () => {
  test("are filled, changed and emptied by the host while the engine runs", () => {
    const engine = createEngine(
      planOf("TABLE vip KEY u { tier: STRING } FROM a WHERE u IN vip EMIT LOW { tier: vip[u].tier }"),
    );
    expect(engine.push("a", { ts: 1, u: "x" })).toHaveLength(0);
    engine.upsertRows("vip", [{ u: "x", tier: "gold" }]);
    expect(engine.push("a", { ts: 2, u: "x" })[0]!.data).toEqual({ tier: "gold" });
    engine.deleteRow("vip", "x");
    expect(engine.push("a", { ts: 3, u: "x" })).toHaveLength(0);
    engine.setTable("vip", [{ u: "y", tier: "iron" }]);
    expect(engine.push("a", { ts: 4, u: "y" })).toHaveLength(1);
  });
});

describe("partitions", () => {
  const plan = planOf("FROM a EMIT LOW { i }");
  const order = (pushes: readonly (readonly [number, number, number])[]): unknown[] => {
    const engine = createEngine(plan, { partitions: 2 });
    const alerts = pushes.flatMap(([partition, ts, i]) => [...engine.push("a", { ts, i }, partition)]);
    return [...alerts, ...engine.finish()].map((alert) => alert.data["i"]);
  };

  test("the clock is the smallest watermark, so events of all come in order of time however they are interleaved", () => {
    const first = [
      [0, 1, 1],
      [0, 4, 4],
      [0, 6, 6],
    ] as const;
    const second = [
      [1, 2, 2],
      [1, 3, 3],
      [1, 5, 5],
    ] as const;
    expect(order([...first, ...second])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(order([...second, ...first])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("an idle partition does not hold the others back", () => {
    const engine = createEngine(plan, { partitions: 2 });
    expect(engine.push("a", { ts: 1, i: 1 }, 0)).toHaveLength(0);
    expect(engine.setIdle(1)).toHaveLength(1);
    expect(engine.push("a", { ts: 2, i: 2 }, 0)).toHaveLength(1);
  });
});

describe("snapshots", () => {
  test("of other rules, parameters or bytes are refused", () => {
    const bytes = createEngine(planOf(each)).snapshot();
    expect(() => restoreEngine(planOf("FROM b EMIT LOW"), bytes)).toThrow(SnapshotError);
    expect(() => restoreEngine(planOf(each), bytes.slice(0, -1))).toThrow(SnapshotError);
    expect(() => restoreEngine(planOf(each), new Uint8Array([1, 2, 3]))).toThrow(SnapshotError);
    expect(() => restoreEngine(planOf(each), new Uint8Array())).toThrow(SnapshotError);
  });
});

describe("state is bounded", () => {
  test("keys that fall silent are freed, and their places used again", () => {
    const engine = createEngine(planOf("FROM a BY u WITHIN 10s WHEN COUNT() > 5 EMIT LOW"));
    for (let i = 0; i < 100_000; i++) engine.push("a", { ts: i * 10, u: `user-${i}` });
    expect(engine.stats().keys).toBeLessThan(1100);
  });

  test("runs of keys that fall silent are freed by the clock, not by their next event", () => {
    const engine = createEngine(planOf("BY u SEQUENCE a THEN b WITHIN 10s EMIT LOW"));
    for (let i = 0; i < 10_000; i++) engine.push("a", { ts: i, u: `user-${i}` });
    engine.advanceTo(100_000);
    expect(engine.stats().keys).toBe(0);
  });
});
