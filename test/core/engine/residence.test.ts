import { createEngine, createPipeline, type Engine, MemoryStateStore, type Plan } from "@weir/core";
import { createNodeHost } from "@weir/connectors/host";
import { compile } from "@weir/dsl";
import { expect, test } from "vitest";

const bound = 100;

function planOf(text: string): Plan {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.plan;
}

/** Pushes an event of each of these users, with a commit after every tenth. */
function pushAll(engine: Engine, users: readonly number[], stored: Map<string, Uint8Array>): number {
  let most = 0;
  for (const [i, user] of users.entries()) {
    const event = { user: `u${user}`, ts: 1_700_000_000_000 + i };
    const names = engine.residence.missing([{ stream: "payments", event }]);
    engine.residence.admit(names.filter((n) => stored.has(n)).map((name) => ({ name, value: stored.get(name)! })));
    engine.push("payments", event);
    if (i % 10 !== 9) continue;
    const { upserts, deletes } = engine.changes();
    for (const { name, value } of upserts) stored.set(name, value.slice());
    for (const name of deletes) stored.delete(name);
    engine.residence.evict(bound);
    most = Math.max(most, engine.residence.stats().keys);
  }
  return most;
}

const users = Array.from({ length: 5000 }, (_, i) => i);

test("memory holds about the bound, the store all keys", () => {
  const engine = createEngine(planOf("RULE r FROM payments BY user WITHIN 1h WHEN COUNT() > 5 EMIT LOW"));
  const stored = new Map<string, Uint8Array>();
  expect(pushAll(engine, users, stored)).toBeLessThan(2 * bound);
  expect([...stored.keys()].filter((name) => name.startsWith("key "))).toHaveLength(5000);
  expect(engine.residence.stats()).toMatchObject({ held: 0, partial: true });
});

test("what nothing is left of leaves the store too", () => {
  const engine = createEngine(planOf("RULE r FROM payments BY user WITHIN 20ms WHEN COUNT() > 5 EMIT LOW"));
  const stored = new Map<string, Uint8Array>();
  pushAll(engine, users, stored);
  expect(stored.size).toBeLessThan(2 * bound);
});

test("keys that are only stored, and of which nothing is left, go from the store when it is looked through; others stay as they are", () => {
  const engine = createEngine(planOf("RULE r FROM payments BY user WITHIN 1s WHEN COUNT() > 5 EMIT LOW"));
  const stored = new Map<string, Uint8Array>();
  pushAll(engine, users.slice(0, 2000), stored);
  const page = [...stored].map(([name, value]) => ({ name, value }));
  // The clock is at 1999 ms: of the first thousand users nothing is left.
  const before = engine.residence.stats().keys;
  const gone = engine.residence.expire(page);
  expect(gone).toBeGreaterThan(900);
  expect(gone).toBeLessThan(1010);
  expect(engine.residence.stats().keys).toBeLessThanOrEqual(before);
  const { upserts, deletes } = engine.changes();
  expect(deletes.filter((name) => name.startsWith("key "))).toHaveLength(gone);
  expect(upserts.filter(({ name }) => name.startsWith("key "))).toEqual([]);
  // Before that is committed the same page changes nothing.
  expect(engine.residence.expire(page)).toBe(0);
});

test.for([
  ["an open session", "RULE r FROM payments BY user SESSION 1h WHEN COUNT() > 5 EMIT LOW"],
  ["a window that the clock ends", "RULE r FROM payments BY user EVERY 1h WHEN COUNT() > 5 EMIT LOW"],
  ["a sequence", "RULE r SEQUENCE a: payments BY user THEN b: payments BY user WITHIN 1h EMIT LOW"],
])("keys with %s stay, and are counted", ([, text]) => {
  const engine = createEngine(planOf(text!));
  pushAll(engine, users.slice(0, 500), new Map());
  expect(engine.residence.stats()).toMatchObject({ keys: 500, held: 500, partial: false });
});

test("what changes of a key that left with an open episode and came back is given", () => {
  const engine = createEngine(
    planOf(`RULE one FROM payments BY user WITHIN 5s WHEN COUNT() >= 1 FOR 2s EMIT LOW { n: COUNT() } INTO hot
      RULE two FROM hot EMIT LOW { n } INTO hotter
      RULE three FROM hotter EMIT LOW { n }`),
  );
  const stored = new Map<string, Uint8Array>();
  const given: string[][] = [];
  for (const lot of [
    [
      ["u", 1000],
      ["u", 4000],
    ],
    [
      ["u", 7000],
      ["u", 7999],
    ],
    [
      ["u", 11_000],
      ["other", 21_000],
    ],
    [
      ["other", 22_000],
      ["other", 25_000],
    ],
    [
      ["u", 26_000],
      ["u", 27_001],
    ],
  ]) {
    const events = lot.map(([user, ts]) => ({ stream: "payments", event: { user, ts } }));
    const names = engine.residence.missing(events);
    engine.residence.admit(names.filter((n) => stored.has(n)).map((name) => ({ name, value: stored.get(name)! })));
    for (const { stream, event } of events) engine.push(stream, event);
    const { upserts } = engine.changes();
    for (const { name, value } of upserts) stored.set(name, value.slice());
    given.push(upserts.map(({ name }) => name.split(" ").at(-1)!).filter((key) => key === "su" || key === "sother"));
    engine.residence.evict(3);
  }
  expect(engine.residence.partial).toBe(true);
  expect(given).toEqual([["su"], ["su"], ["su", "sother"], ["sother"], ["su"]]);
});

test("an event whose key was not looked up is an error, not a second state", () => {
  const engine = createEngine(planOf("RULE r FROM payments BY user WITHIN 1h WHEN COUNT() > 5 EMIT LOW"));
  pushAll(engine, users, new Map());
  expect(() => engine.push("payments", { user: "u0", ts: 1_700_000_009_000 })).toThrow("was not looked up");
});

test("a bound that is none, or goes with explanations, is refused when the pipeline is made", () => {
  const plan = planOf("RULE r FROM payments BY user WITHIN 1h WHEN COUNT() > 5 EMIT LOW");
  const common = { name: "app", plan, state: new MemoryStateStore(), host: createNodeHost() };
  const input = {
    source: { start: () => Promise.reject(new Error("not started")) } as never,
    decoder: { decode: () => [] },
  };
  expect(() => createPipeline({ ...common, input, settings: { residentKeys: 0 } })).toThrow("`residentKeys` is 0");
  expect(() => createPipeline({ ...common, input, engine: { explain: true }, settings: { residentKeys: 10 } })).toThrow(
    "without `residentKeys`",
  );
});
