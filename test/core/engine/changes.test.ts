import {
  type Alert,
  createEngine,
  type Engine,
  type EngineChanges,
  type EngineStateEntry,
  restoreEngine,
  SnapshotError,
} from "@weir/core";
import { compile } from "@weir/dsl";
import { describe, expect, it } from "vitest";

function planOf(text: string): Parameters<typeof createEngine>[0] {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join("; "));
  return compiled.plan;
}

function pay(engine: Engine, user: unknown, ts: number, amount = 1): readonly Alert[] {
  return engine.push("payments", { user, ts, amount });
}

function applied(...all: readonly EngineChanges[]): EngineStateEntry[] {
  const stored = new Map<string, EngineStateEntry>();
  for (const { replace, upserts, deletes } of all) {
    if (replace) stored.clear();
    for (const name of deletes) stored.delete(name);
    for (const entry of upserts) stored.set(entry.name, entry);
  }
  return [...stored.values()];
}

const isKey = (name: string): boolean => name.startsWith("key ");
const burst = "BY user WITHIN 10s WHEN COUNT() >= 3 EMIT HIGH";

describe("changes", () => {
  it("are everything the first time, and then the keys that were touched", () => {
    const engine = createEngine(planOf(burst));
    for (let i = 0; i < 1000; i++) pay(engine, `u${i}`, 1_700_000_000_000);
    const first = engine.changes();
    expect(first.replace).toBe(true);
    expect(first.upserts.filter(({ name }) => isKey(name)).length).toBe(1000);
    pay(engine, "u7", 1_700_000_000_001);
    pay(engine, "new", 1_700_000_000_002);
    const second = engine.changes();
    expect(second.replace).toBe(false);
    expect(second.upserts.map(({ name }) => name).filter(isKey)).toEqual([
      expect.stringMatching(/ su7$/),
      expect.stringMatching(/ snew$/),
    ]);
    expect(second.deletes).toEqual([]);
    expect(engine.changes().upserts.filter(({ name }) => isKey(name))).toEqual([]);
    expect(engine.changes({ full: true }).upserts.filter(({ name }) => isKey(name)).length).toBe(1001);
  });

  it("name the keys that were forgotten, unless they came again", () => {
    const engine = createEngine(planOf(`BY user WHEN amount > PREV(amount) EMIT LOW EXPIRE AFTER 1m`));
    pay(engine, "gone", 1_700_000_000_000);
    pay(engine, "back", 1_700_000_000_000);
    engine.changes();
    pay(engine, "other", 1_700_000_060_000);
    pay(engine, "back", 1_700_000_060_001);
    const { upserts, deletes } = engine.changes();
    expect(deletes).toEqual([expect.stringMatching(/ sgone$/)]);
    expect(upserts.map(({ name }) => name.split(" ").at(-1))).toContain("sback");
  });

  it("hold cooldowns by key", () => {
    const engine = createEngine(planOf(`BY user WHEN amount > 0 EMIT LOW COOLDOWN 1h`));
    const entries: EngineChanges[] = [];
    for (let i = 0; i < 50; i++) {
      pay(engine, `u${i}`, 1_700_000_000_000 + i);
      entries.push(engine.changes());
    }
    expect(entries.at(-1)!.upserts.filter(({ name }) => name.startsWith("cooldown ")).length).toBe(1);
    const again = restoreEngine(planOf(`BY user WHEN amount > 0 EMIT LOW COOLDOWN 1h`), applied(...entries));
    expect(pay(again, "u3", 1_700_000_000_100)).toEqual([]);
    expect(pay(again, "fresh", 1_700_000_000_101).length).toBe(1);
  });

  it("go on after a restore from entries", () => {
    const plan = planOf(burst);
    const engine = createEngine(plan);
    pay(engine, "a", 1_700_000_000_000);
    pay(engine, "b", 1_700_000_000_000);
    const base = engine.changes();
    const again = restoreEngine(plan, applied(base));
    pay(again, "b", 1_700_000_000_001);
    const more = again.changes();
    expect(more.replace).toBe(false);
    expect(more.upserts.map(({ name }) => name.split(" ").at(-1))).not.toContain("sa");
    const last = restoreEngine(plan, applied(base, more));
    expect(pay(last, "b", 1_700_000_000_002).length).toBe(1);
  });

  it("have names of printable ASCII, whatever the key", () => {
    const engine = createEngine(planOf("BY user, amount WITHIN 1m WHEN COUNT() > 3 EMIT LOW"));
    for (const user of ["ü", "\ud800", "a b", "__proto__", "", 1, "1", true, "x".repeat(100_000), "\\u", "\0"]) {
      pay(engine, user, 1_700_000_000_000);
    }
    const { upserts } = engine.changes();
    const names = upserts.map(({ name }) => name);
    for (const name of names) expect(name).toMatch(/^[\x20-\x7e]{1,1000}$/);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(isKey).length).toBe(11);
  });
});

describe("state under other rules", () => {
  const before = planOf(`
    RULE quick ${burst}
    RULE large BY user WITHIN 10s WHEN SUM(amount) > 100 EMIT LOW`);
  const start = 1_700_000_000_000;

  function stored(): { bytes: Uint8Array; entries: EngineStateEntry[] } {
    const engine = createEngine(before);
    pay(engine, "a", start, 60);
    pay(engine, "a", start + 1, 30);
    return { bytes: engine.snapshot(), entries: applied(engine.changes()) };
  }

  it("is refused unless it is allowed", () => {
    const { bytes, entries } = stored();
    expect(() => restoreEngine(planOf(burst), bytes)).toThrow(SnapshotError);
    expect(() => restoreEngine(planOf(burst), entries)).toThrow(SnapshotError);
  });

  it.each(["bytes", "entries"] as const)("is kept by rules that mean the same (%s)", (form) => {
    const after = planOf(`
      RULE added FROM payments BY user WHEN amount > 5000 EMIT LOW
      RULE renamed "with a title" BY user WITHIN 10s WHEN COUNT() >= 3 EMIT CRITICAL "now {COUNT()}"
      RULE larger BY user WITHIN 10s WHEN SUM(amount) > 95
        EMIT LOW { most: MAX(amount), mean: AVG(amount), kinds: COUNT(DISTINCT amount) }`);
    const engine = restoreEngine(after, stored()[form], { otherRules: true });
    const alerts = pay(engine, "a", start + 2, 10);
    expect(alerts.map(({ rule, message, data }) => ({ rule, message, data }))).toEqual([
      { rule: "renamed", message: "now 3", data: {} },
      // The sum of the shared window is known; of what was never kept, what came since.
      { rule: "larger", message: null, data: { most: 10, mean: 100 / 3, kinds: 1 } },
    ]);
    expect(engine.changes().replace).toBe(true);
  });

  it.each(["bytes", "entries"] as const)("gives new windows the events that another window holds (%s)", (form) => {
    const hour = planOf("FROM payments BY user WITHIN 1h WHEN SUM(amount) > 1000 EMIT LOW");
    const engine = createEngine(hour);
    for (const seconds of [0, 50, 55]) pay(engine, "a", start + 1000 * seconds, 10 + seconds);
    const stored = form === "bytes" ? engine.snapshot() : engine.changes().upserts;
    const after = planOf(`
      FROM payments BY user WITHIN 10s WHEN COUNT() > 2
        EMIT LOW { sum: SUM(amount), first: FIRST(amount), most: MAX(amount), texts: COUNT(DISTINCT kind) }`);
    const alerts = pay(restoreEngine(after, stored, { otherRules: true }), "a", start + 58_000, 1);
    // What a window of its own would hold; but of MAX and of another field only what came since is known.
    expect(alerts.map(({ data }) => data)).toEqual([{ sum: 126, first: 60, most: 1, texts: 0 }]);
  });

  it("is let go of where no rule needs it", () => {
    const engine = restoreEngine(
      planOf("FROM payments BY amount WITHIN 1m WHEN COUNT() > 1 EMIT LOW"),
      stored().entries,
      {
        otherRules: true,
      },
    );
    expect(engine.stats().keys).toBe(0);
    expect(engine.stats().events).toBe(2);
  });

  it("that is damaged is refused", () => {
    const { entries } = stored();
    const cut = entries.map(({ name, value }) => ({ name, value: isKey(name) ? value.slice(0, -1) : value }));
    expect(() => restoreEngine(before, cut)).toThrow(SnapshotError);
    expect(() => restoreEngine(before, entries.slice(1))).toThrow(/no entry `engine`/);
    expect(() => restoreEngine(before, [...entries, { name: "what", value: new Uint8Array() }])).toThrow(SnapshotError);
  });

  it("say of a place that went from a key of one constant to one of another what is there now", () => {
    const rules = Array.from("abcdefghijklmnop").map(
      (kind) => `RULE of_${kind} FROM s WHERE kind = "${kind}" BY user WITHIN 1m WHEN COUNT() > 2 EMIT LOW`,
    );
    const { plan } = compile(`STREAM s { kind: STRING, user: STRING } TIME ts\n${rules.join("\n")}`);
    const engine = createEngine(plan!);
    const stored = new Map<string, EngineStateEntry>();
    const take = (): EngineChanges => {
      const changes = engine.changes();
      for (const name of changes.deletes) stored.delete(name);
      for (const entry of changes.upserts) stored.set(entry.name, entry);
      return changes;
    };
    engine.push("s", { ts: 0, kind: "a", user: "x" });
    take();
    engine.push("s", { ts: 1, kind: "a", user: "x" });
    engine.push("s", { ts: 600_000, kind: "c", user: "w" });
    // Takes the places of keys without events back.
    engine.snapshot();
    for (let i = 0; i < 2; i++) engine.push("s", { ts: 600_001, kind: "b", user: "y" });
    const changes = take();
    expect(changes.upserts.filter(({ name }) => isKey(name)).map(({ name }) => name.split(" ").at(-1))).toEqual([
      "sy",
      "sw",
    ]);
    expect(changes.deletes.map((name) => name.split(" ").at(-1))).toEqual(["sx"]);
    engine.push("s", { ts: 600_002, kind: "b", user: "y" });
    take();
    const restored = restoreEngine(plan!, stored.values());
    const next = { ts: 600_003, kind: "b", user: "y" };
    expect(restored.push("s", next)).toEqual(engine.push("s", next));
    expect(restored.stats().keys).toBe(engine.stats().keys);
  });
});
