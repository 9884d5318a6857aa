import {
  type Alert,
  createEngine,
  type EngineChanges,
  type EngineStateEntry,
  type ExplainOptions,
  fieldsRead,
  restoreEngine,
} from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectAlike, withoutId } from "./compare.ts";
import type { Case } from "./generate-events.ts";
import { casesOf, chainedRules, rulesByUser, rulesOfAnyLateness, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { templateRules } from "./generate-templates.ts";
import { type Offered, planOf, runEngine } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 4);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 120;
const anyRules = fc.oneof(windowRules, sequenceRules, chainedRules, templateRules);

const cutsAndExplain = fc.record({
  places: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  explain: fc.boolean(),
});

describe("laws of the engine", () => {
  it("stopping and going on from a snapshot changes nothing, ids included", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(anyRules), fc.nat(), fc.boolean(), ({ text, events, options }, where, explain) => {
        const plan = planOf(text);
        const { until, ...rest } = options;
        const given = { ...rest, explain };
        const stop = where % (events.length + 1);
        const first = createEngine(plan, given);
        const alerts: Alert[] = events.slice(0, stop).flatMap(({ stream, event }) => first.push(stream, event));
        const second = restoreEngine(plan, first.snapshot(), given);
        for (const { stream, event } of events.slice(stop)) alerts.push(...second.push(stream, event));
        alerts.push(...second.finish());
        if (until !== undefined) alerts.push(...second.advanceTo(until));
        const whole = runEngine(plan, events, { ...options, explain });
        expect(alerts).toEqual(whole.alerts);
        expect(second.stats()).toEqual(whole.stats);
      }),
      given,
    );
  });

  it("going on from a base and the changes since, again and again, is as never having stopped", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(anyRules), cutsAndExplain, (recording, { places, explain }) => {
        const plan = planOf(recording.text);
        const { events } = recording;
        const { until, ...rest } = recording.options;
        const given = { ...rest, explain };
        const cuts = new Set(places.map((place) => place % (events.length + 1)));
        const stored = new Map<string, EngineStateEntry>();
        const alerts: Alert[] = [];
        let engine = createEngine(plan, given);
        for (let i = 0; i <= events.length; i++) {
          if (cuts.has(i)) {
            apply(stored, engine.changes());
            // Every other time what goes on is what was stored.
            if (i % 2 === 0) engine = restoreEngine(plan, stored.values(), given);
          }
          const offered = events[i];
          if (offered !== undefined) alerts.push(...engine.push(offered.stream, offered.event));
        }
        apply(stored, engine.changes());
        const last = restoreEngine(plan, [...stored.values()].reverse(), given);
        alerts.push(...last.finish());
        if (until !== undefined) alerts.push(...last.advanceTo(until));
        const whole = runEngine(plan, events, { ...recording.options, explain });
        expect(alerts).toEqual(whole.alerts);
        expect(last.stats()).toEqual(whole.stats);
      }),
      given,
    );
  });

  it("generated code and closures say the same, and each goes on from what the other kept", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(anyRules), fc.nat(), ({ text, events, options }, where) => {
        const plan = planOf(text);
        const { until: _, ...given } = options;
        let one = createEngine(plan, { ...given, mode: "generated" });
        let other = createEngine(plan, { ...given, mode: "interpreted" });
        const swapAt = where % (events.length + 1);
        events.forEach(({ stream, event }, i) => {
          if (i === swapAt) {
            const [ofOne, ofOther] = [one.snapshot(), other.snapshot()];
            expect(Buffer.compare(ofOne, ofOther), "the bytes of both").toBe(0);
            one = restoreEngine(plan, ofOther, { ...given, mode: "generated" });
            other = restoreEngine(plan, ofOne, { ...given, mode: "interpreted" });
          }
          expect(one.push(stream, event)).toEqual(other.push(stream, event));
        });
        expect(one.finish()).toEqual(other.finish());
        expect(one.stats()).toEqual(other.stats());
      }),
      given,
    );
  });

  it("explaining changes nothing but that the events are told", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(anyRules), oneExplain, ({ text, events, options }, explain) => {
        const plan = planOf(text);
        const explained = runEngine(plan, events, { ...options, explain }).alerts;
        expect(explained.map(withoutEvents)).toEqual(runEngine(plan, events, options).alerts);
      }),
      given,
    );
  });

  it("fields that the plan does not read may be left out", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(anyRules), ({ text, events, options }) => {
        const plan = planOf(text);
        const fields = fieldsRead(plan);
        const cut = events.map(({ stream, event }) => ({
          stream,
          event: Object.fromEntries(Object.entries(event).filter(([name]) => fields.has(name))),
        }));
        expect(runEngine(plan, cut, options)).toEqual(runEngine(plan, events, options));
      }),
      given,
    );
  });

  it("ids are different", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(anyRules), ({ text, events, options }) => {
        const ids = runEngine(planOf(text), events, options).alerts.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      given,
    );
  });

  it("keys are independent", { timeout }, () => {
    const independent = rulesByUser.filter((text) => !text.includes(" PER "));
    fc.assert(
      fc.property(casesOf(independent), oneUser, ({ text, events, options }, user) => {
        const plan = planOf(text);
        const isOfUser = ({ key }: Alert): boolean => key["u"] === user;
        const all = runEngine(plan, events, options).alerts.filter(isOfUser);
        // The others keep their times: they still move the clock.
        const alone = events.map(({ stream, event }) => ({
          stream,
          event: event["u"] === user ? event : { ts: event["ts"], sec: event["sec"], us: event["us"] },
        }));
        expectAlike(runEngine(plan, alone, options).alerts.filter(isOfUser).map(withoutId), all.map(withoutId));
      }),
      given,
    );
  });

  it("the order of arrival does not matter within the lateness", { timeout }, () => {
    fc.assert(
      fc.property(casesOf(rulesOfAnyLateness), fc.array(fc.nat(latenessMs)), ({ text, events, options }, delays) => {
        const plan = planOf(text);
        const inOrder = distinctTimes(events);
        const shuffled = inOrder
          .map((offered, i) => ({ offered, arrives: timeOf(offered) + (delays[i % Math.max(1, delays.length)] ?? 0) }))
          .sort((a, b) => a.arrives - b.arrives)
          .map(({ offered }) => offered);
        const late: Case["options"] = { ...options, lateness: latenessMs };
        const found = runEngine(plan, shuffled, late);
        expect(found.stats.late).toBe(0);
        expectAlike(found.alerts.map(withoutId), runEngine(plan, inOrder, late).alerts.map(withoutId));
      }),
      given,
    );
  });
});

const oneExplain = fc.constantFrom<boolean | ExplainOptions>(
  true,
  { events: false },
  { rules: [], events: false },
  { keys: 1, evaluations: 1 },
  { keeps: (_, { u }) => u === "p" },
);

function withoutEvents(alert: Alert): Omit<Alert, "events"> {
  const { id, rule, severity, status, at, key, message, data } = alert;
  return { id, rule, severity, status, at, key, message, data };
}

function apply(stored: Map<string, EngineStateEntry>, changes: EngineChanges): void {
  if (changes.replace) stored.clear();
  for (const name of changes.deletes) stored.delete(name);
  for (const entry of changes.upserts) stored.set(entry.name, { name: entry.name, value: entry.value.slice() });
}

const latenessMs = 6000;
const oneUser = fc.constantFrom<unknown>("p", "q", "r", 1, "1");

function timeOf({ event }: Offered[number]): number {
  return event["ts"] as number;
}

/** The events with a time as a number, in the order of their times, one of each. */
function distinctTimes(events: Offered): Offered {
  const byTime = new Map(
    events.filter(({ event }) => typeof event["ts"] === "number").map((offered) => [timeOf(offered), offered]),
  );
  return [...byTime.values()].sort((a, b) => timeOf(a) - timeOf(b));
}
