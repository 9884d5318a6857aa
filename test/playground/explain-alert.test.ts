import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStore } from "../../packages/playground/src/data/event-store.ts";
import { EventTimes } from "../../packages/playground/src/engine/event-times.ts";
import { AlertExplainer } from "../../packages/playground/src/engine/explain-alert.ts";
import { Reporter } from "../../packages/playground/src/engine/reporter.ts";
import { Run } from "../../packages/playground/src/engine/run.ts";
import { planOf } from "../oracle/run-engine.ts";

const plan = planOf(`
  RULE burst BY user WITHIN 10s WHEN COUNT() >= 3 EMIT HIGH
  RULE silent BY user WITHIN 5s EVERY 5s WHEN COUNT() = 0 EMIT EACH LOW EXPIRE AFTER 1m`);
const store = new EventStore();
for (let i = 0; i < 3000; i++) store.add({ ts: i * 700, user: `u${(i * i) % 23}`, n: i }, i + 1, "s");
const run = new Run(store, plan, new EventTimes());
run.advance(() => false);

const explainer = (): AlertExplainer => new AlertExplainer(store, plan, run.alerts, new Reporter(() => {}));

test("whoever goes from alert to alert is told the same as who asks for one alone", async () => {
  expect(run.alerts.kept).toBeGreaterThan(500);
  const index = fc.integer({ min: 0, max: run.alerts.kept - 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(index, { minLength: 2, maxLength: 6 }), async (indexes) => {
      const wandering = explainer();
      for (const i of indexes) {
        const alert = run.alerts.alert(i);
        const found = await wandering.explain(alert, run.alerts.position(i), () => true);
        expect(found).toEqual(await explainer().explain(alert, run.alerts.position(i), () => true));
        expect(found!.why).toMatchObject({ rule: alert.rule, at: alert.at, severity: alert.severity });
        for (const { event, index: place } of found!.events) expect(event).toEqual(store.event(place!));
        if (alert.rule === "burst") expect(found!.events.length).toBeGreaterThanOrEqual(3);
      }
    }),
    { numRuns: 20 },
  );
});

test("an alert of the end of the recording is explained, and so is one before it afterwards", async () => {
  const last = run.alerts.kept - 1;
  const one = explainer();
  for (const i of [last, last - 1, 0, last]) {
    const found = await one.explain(run.alerts.alert(i), run.alerts.position(i), () => true);
    expect(found?.why?.at).toBe(run.alerts.at(i));
  }
});

test("what is no longer asked for is left, and the next question goes on from there", async () => {
  const one = explainer();
  const early = one.explain(run.alerts.alert(400), run.alerts.position(400), () => false);
  expect(await early).toBeNull();
  const found = await one.explain(run.alerts.alert(400), run.alerts.position(400), () => true);
  expect(found?.why?.at).toBe(run.alerts.at(400));
});
