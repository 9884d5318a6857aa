import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";

test("columns give back the events that went in, whatever they hold", () => {
  const event = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const parsed = events.map((given) => JSON.parse(JSON.stringify(given)) as Record<string, unknown>);
      const store = new EventStore();
      for (const [i, given] of parsed.entries()) store.add(given, i + 1, "s");
      expect(parsed.map((_, i) => JSON.stringify(store.event(i)))).toEqual(
        parsed.map((given) => JSON.stringify(given)),
      );
    }),
    { numRuns: 300 },
  );
});

test("a column whose values change type keeps those that were there", () => {
  const store = new EventStore();
  const values = [1, null, "a", true, 2, { x: 1 }, [1], "a"];
  for (const [i, value] of values.entries()) store.add({ value }, i, "s");
  expect(values.map((_, i) => store.event(i)["value"])).toEqual(values);
});

test("a field of any name stays a field", () => {
  const store = new EventStore();
  store.add(JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Record<string, unknown>, 1, "s");
  expect(JSON.stringify(store.event(0))).toBe('{"__proto__":{"x":1},"constructor":2}');
  expect(Object.getPrototypeOf(store.event(0))).toBe(Object.prototype);
});

test("an event that names its stream goes there, the others to that of the file", () => {
  const store = new EventStore();
  store.add({ stream: "own" }, 1, "file");
  store.add({ stream: 5 }, 2, "file");
  expect([store.stream(0), store.stream(1)]).toEqual(["own", "file"]);
});

test("projected events hold the fields asked for alone", () => {
  const store = new EventStore();
  store.add({ ts: 1, user: "a", ip: "x" }, 1, "s");
  store.add({ user: "b", ts: 2 }, 2, "s");
  const at = store.projected(new Set(["user", "ts", "none"]));
  expect([at(0), at(1)]).toEqual([
    { ts: 1, user: "a" },
    { user: "b", ts: 2 },
  ]);
});
