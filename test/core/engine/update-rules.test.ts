import { createEngine, createShard, EngineOptionError, type Plan, restoreEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { describe, expect, test } from "vitest";

const planOf = (text: string) => compile(text).plan!;
const rule = (name: string, kind: string, most = 2): string =>
  `RULE ${name} FROM s WHERE kind = "${kind}" BY user WITHIN 1h WHEN COUNT() > ${most} EMIT LOW { n: COUNT() }\n`;
const kinds = ["a", "b", "c", "d", "e"];
const file = (...more: string[]): string => kinds.map((kind) => rule(kind, kind)).join("") + more.join("");
const event = (kind: string, ts: number) => ({ ts, user: "u", kind });

describe("rules that change while an engine runs", () => {
  test("begin with what comes, while the others keep what they have counted", () => {
    const engine = createEngine(planOf(file()));
    for (const ts of [1, 2]) for (const kind of ["a", "f"]) engine.push("s", event(kind, ts));
    engine.updateRules(planOf(rule("f", "f", 0) + file()));
    expect(engine.push("s", event("f", 3)).map((alert) => alert.rule)).toEqual(["f"]);
    expect(engine.push("s", event("a", 4)).map((alert) => [alert.rule, alert.data])).toEqual([["a", { n: 3 }]]);
    engine.updateRules(planOf(file().replace(rule("a", "a"), "")));
    expect(engine.push("s", event("a", 5))).toEqual([]);
    expect(engine.stats().keys).toBe(0);
  });

  test("fire in the order of the new file", () => {
    const rules = (names: readonly string[]): string =>
      names.map((name) => `RULE ${name} FROM s BY user WHEN kind = "${name.slice(0, 1)}" EMIT LOW\n`).join("");
    const engine = createEngine(planOf(rules(["a1", "a3"])));
    engine.push("s", event("a", 1));
    engine.updateRules(planOf(rules(["a3", "a2", "a1"])));
    expect(engine.push("s", event("a", 2)).map((alert) => alert.rule)).toEqual(["a3", "a2", "a1"]);
  });

  test("may move to a template and out of it", () => {
    const few = planOf(
      kinds
        .slice(0, 3)
        .map((kind) => rule(kind, kind))
        .join(""),
    );
    const engine = createEngine(few);
    for (const plan of [planOf(file()), few, planOf(file()), few]) {
      engine.push("s", event("a", engine.stats().events));
      engine.updateRules(plan);
    }
    expect(engine.progress().alerts).toBe(1);
    expect(engine.stats().rules[0]).toMatchObject({ rule: "a", alerts: 1 });
    expect(engine.stats().keys).toBe(1);
  });

  test("are refused where more than they is another, and then nothing has changed", () => {
    const engine = createEngine(planOf(`PARAM limit = 1 ${file()}`), { live: ["a"] });
    engine.push("s", event("a", 1));
    engine.push("s", event("a", 2));
    const before = engine.stats();
    for (const text of [
      `PARAM limit = 2 ${file()}`,
      `PARAM limit = 1 STREAM s ${file()}`,
      "PARAM limit = 1 WHEN x = 1 EMIT LOW",
    ]) {
      expect(() => engine.updateRules(planOf(text))).toThrow(EngineOptionError);
    }
    // A plan that no compiler makes fails in the middle.
    const broken = structuredClone(
      planOf(`PARAM limit = 1 ${file(rule("z", "z"))} RULE y FROM s WHEN LOWER(x) = "y" EMIT LOW`),
    );
    const text = JSON.stringify(broken).replace('"LOWER"', '"NO_SUCH"');
    expect(() => engine.updateRules(JSON.parse(text) as Plan)).toThrow("NO_SUCH");
    expect(engine.stats()).toEqual(before);
    expect(engine.push("s", event("a", 3)).map((alert) => alert.rule)).toEqual(["a"]);
    expect(engine.push("s", event("z", 4))).toEqual([]);
  });

  test("are refused by an engine that explains itself, by a shard, and where keys have left memory", () => {
    const plan = planOf(file());
    expect(() => createEngine(plan, { explain: true }).updateRules(plan)).toThrow("explains itself");
    expect(() => createShard(plan, {}, 0, 2).engine.updateRules(plan)).toThrow("shards");
    const engine = createEngine(plan);
    engine.push("s", event("a", 1));
    engine.changes();
    for (let i = 0; i < 3; i++) engine.residence.evict(0);
    expect(engine.residence.partial).toBe(true);
    expect(() => engine.updateRules(plan)).toThrow("left memory");
  });

  test("are in what is stored from then on", () => {
    const engine = createEngine(planOf(file()));
    engine.push("s", event("a", 1));
    engine.changes();
    engine.updateRules(planOf(file(rule("f", "f"))));
    engine.push("s", event("f", 2));
    const changes = engine.changes();
    expect(changes.replace).toBe(true);
    const next = restoreEngine(planOf(file(rule("f", "f"))), changes.upserts);
    expect(next.stats()).toEqual(engine.stats());
    expect(engine.changes().replace).toBe(false);
  });

  test("of functions of the host are not changed from within them", () => {
    let inner: unknown = null;
    const plan = compile("WHEN probe(x) = 1 EMIT LOW", {
      functions: { PROBE: { params: ["NUMBER"], returns: "NUMBER" } },
    }).plan;
    if (plan === undefined) throw new Error("does not compile");
    const engine = createEngine(plan, {
      functions: {
        probe: () => {
          try {
            engine.updateRules(plan);
          } catch (error) {
            inner = error;
          }
          return 1;
        },
      },
    });
    engine.push("s", { ts: 1, x: 1 });
    expect(String(inner)).toContain("while an event is being processed");
  });
});
