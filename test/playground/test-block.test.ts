import { type Alert, createEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import type { FixtureEvent } from "../../packages/playground/src/engine/fixture.ts";
import { shrink } from "../../packages/playground/src/engine/shrink.ts";
import { testBlock } from "../../packages/playground/src/share/test-block.ts";

const start = Date.UTC(2026, 2, 3, 22, 59, 50, 123);

function planOf(rules: string): Extract<ReturnType<typeof compile>, { ok: true }>["plan"] {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]?.message);
  return compiled.plan;
}

function burst(count: number, unit = 1): FixtureEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const time = start + i * 1000;
    return { stream: "s", event: { ts: time * unit, user: 'u"1`\\', extra: i }, time };
  });
}

for (const [name, rules, unit] of [
  ["times in milliseconds", "WITHIN 10s COUNT(user) > 5 EMIT HIGH", 1],
  ["times in seconds", "STREAM s TIME ts IN SECONDS\nWITHIN 10s COUNT(user) > 5 EMIT HIGH", 0.001],
  ["windows by the clock", "RULE r BY user EVERY 1m WHEN COUNT() > 5 EMIT HIGH", 1],
  ["the hour of the day", "RULE r WHERE HOUR(EVENT_TIME()) = 22 BY user LAST 6 EVENTS WHEN COUNT() > 5 EMIT LOW", 1],
] as const) {
  test(`a TEST block with ${name} passes with the rules it was made of`, () => {
    const plan = planOf(rules);
    const block = testBlock(rules, plan, 'says "so"', burst(9, unit), start + 60_000);
    expect(block.text).toContain("EXPECT");
    expect(block.text).not.toContain("EXPECT NOTHING");
    expect(block.passes).toBe(true);
  });
}

test("shrinking keeps the alert and leaves out every event and field that it does not need", async () => {
  const plan = planOf("RULE r WHERE ok BY user WITHIN 1m WHEN COUNT() >= 3 EMIT HIGH");
  const store = new EventStore();
  const alerts: Alert[] = [];
  const engine = createEngine(plan);
  for (let i = 0; i < 500; i++) {
    const event = { ts: start + i * 100, user: `u${i % 20}`, ok: i % 3 === 0, noise: i };
    store.add(event, i + 1, "s");
    alerts.push(...engine.push("s", event));
  }
  const alert = alerts[5]!;
  const timeOf = (index: number): number => start + index * 100;
  const position = (alert.at - start) / 100 + 1;
  const found = await shrink(store, timeOf, plan, alert, position, () => Promise.resolve());
  expect(found.isMinimal).toBe(true);
  expect(found.events.map(({ event }) => Object.keys(event))).toEqual([
    ["ts", "user", "ok"],
    ["ts", "user", "ok"],
    ["ts", "user", "ok"],
  ]);
});
