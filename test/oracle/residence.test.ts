import { type Alert, createEngine, type Engine, type Plan, restoreEngineInPieces } from "@weir/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Case } from "./generate-events.ts";
import { casesOf, chainedRules, rulesByUser, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { templateRules } from "./generate-templates.ts";
import { planOf, runEngine } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 2);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 120;
const anyRules = fc.oneof(
  { weight: 4, arbitrary: windowRules },
  { weight: 3, arbitrary: rulesByUser },
  chainedRules,
  sequenceRules,
  templateRules,
);

/** How a run is cut into lots of events, commits and restarts. */
const schedule = fc.record({
  most: fc.nat({ max: 3 }),
  lot: fc.integer({ min: 1, max: 4 }),
  commitEvery: fc.integer({ min: 1, max: 3 }),
  sweepEvery: fc.integer({ min: 1, max: 5 }),
  page: fc.integer({ min: 1, max: 10 }),
  restarts: fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 3 }),
});

/** What a run with a bound did, to see that it was no other run. */
interface Told {
  evicted: number;
  broughtBack: number;
  expired: number;
  restarts: number;
}

describe("keys that leave memory", () => {
  it("change no alert, whatever the rules, the bound, the commits and restarts", { timeout }, () => {
    const told: Told = { evicted: 0, broughtBack: 0, expired: 0, restarts: 0 };
    fc.assert(
      fc.property(casesOf(anyRules), schedule, (recording, plan) => {
        expect(runBounded(recording, plan, told)).toEqual(
          runEngine(planOf(recording.text), recording.events, recording.options).alerts,
        );
      }),
      given,
    );
    expect(told.evicted).toBeGreaterThan(runs);
    expect(told.broughtBack).toBeGreaterThan(runs / 10);
    // How often depends much on the cases drawn: about one in six.
    expect(told.expired).toBeGreaterThan(runs / 40);
    expect(told.restarts).toBeGreaterThan(runs / 10);
  });
});

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** A run whose keys are in `stored` while more than `most` would be in memory. */
function runBounded({ text, events, options }: Case, cuts: Schedule, told: Told): readonly Alert[] {
  const plan = planOf(text);
  const { until, ...rest } = options;
  const stored = new Map<string, Uint8Array>();
  const alerts: Alert[] = [];
  let engine: Engine = createEngine(plan, rest);
  let lots = 0;
  for (let at = 0; at < events.length; at += cuts.lot) {
    const lot = events.slice(at, at + cuts.lot);
    const names = engine.residence.missing(lot);
    const entries = names.flatMap((name) => {
      const value = stored.get(name);
      return value === undefined ? [] : [{ name, value }];
    });
    told.broughtBack += entries.length;
    engine.residence.admit(entries);
    for (const { stream, event } of lot) alerts.push(...engine.push(stream, event));
    if (++lots % cuts.commitEvery !== 0) continue;
    store(engine, stored);
    told.evicted += engine.residence.evict(cuts.most);
    if (lots % cuts.sweepEvery === 0) {
      const page = [...stored].slice(0, cuts.page).map(([name, value]) => ({ name, value }));
      told.expired += engine.residence.expire(page);
      // Those after them come first the next time.
      for (const { name, value } of page) {
        stored.delete(name);
        stored.set(name, value);
      }
    }
    if (!cuts.restarts.includes(lots)) continue;
    told.restarts++;
    engine = restart(plan, rest, stored, cuts.most);
  }
  alerts.push(...engine.finish());
  if (until !== undefined) alerts.push(...engine.advanceTo(until));
  return alerts;
}

function store(engine: Engine, stored: Map<string, Uint8Array>): void {
  const { replace, upserts, deletes } = engine.changes();
  if (replace) stored.clear();
  for (const name of deletes) stored.delete(name);
  for (const { name, value } of upserts) stored.set(name, value.slice());
}

function restart(plan: Plan, options: object, stored: ReadonlyMap<string, Uint8Array>, most: number): Engine {
  const restoring = restoreEngineInPieces(
    plan,
    { engine: stored.get("engine")!, layouts: stored.get("layouts")! },
    options,
  );
  for (const [name, value] of stored) {
    if (name === "engine" || name === "layouts") continue;
    restoring.load([{ name, value }]);
    restoring.engine.residence.evict(most);
  }
  restoring.end();
  return restoring.engine;
}
