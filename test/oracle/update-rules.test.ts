import { type Alert, createEngine, type Engine, type EngineOptions, restoreEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostOptions, recording } from "./generate-events.ts";
import { chainedRules, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";
import { templateRules } from "./generate-templates.ts";
import { expectAlike, withoutId } from "./compare.ts";
import { fileText, partsOf } from "./file-parts.ts";
import { type Offered, planOf, runEngine } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 8);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 200;

/** A file of rules from two others, without repeated names; in another order, and with other numbers in some, where that is asked for. */
const changes = fc
  .record({
    files: fc.oneof(
      fc.tuple(templateRules, templateRules),
      fc.tuple(fc.oneof(windowRules, sequenceRules, chainedRules), fc.oneof(windowRules, sequenceRules, templateRules)),
    ),
    picked: fc.array(fc.record({ before: fc.boolean(), after: fc.boolean(), turned: fc.boolean() }), {
      minLength: 30,
      maxLength: 30,
    }),
    turned: fc.boolean(),
    where: fc.nat(),
    events: recording(40),
    options: hostOptions,
    mode: fc.constantFrom<NonNullable<EngineOptions["mode"]>>("generated", "interpreted"),
  })
  .map(({ files, picked, turned, ...rest }) => {
    const { declarations, rules } = partsOf(files[0]);
    const others = partsOf(files[1]).rules.map((rule) => rule.replace(/^RULE (\w+)/, "RULE other_$1"));
    const all = [...rules.slice(0, 2), ...others, ...rules.slice(2)];
    const before = all.filter((_, i) => picked[i]?.before !== false);
    const after = all
      .filter((_, i) => picked[i]?.after !== false)
      .map((rule, i) => (picked[i]?.turned === true ? rule.replace(/(COUNT\(\) >=?) \d+/, "$1 4") : rule));
    return {
      ...rest,
      before: fileText({ declarations, rules: before }),
      after: fileText({ declarations, rules: turned ? after.toReversed() : after }),
      options: rest.options(rest.events),
    };
  })
  .filter(({ before, after }) => compile(before).ok && compile(after).ok);

describe("an engine whose rules change while it runs", () => {
  it("is one that was made of the new rules from its snapshot", { timeout }, () => {
    let changed = 0;
    fc.assert(
      fc.property(changes, ({ before, after, where, events, options, mode }) => {
        const { until, ...rest } = options;
        const settings = { ...rest, mode };
        const cut = where % (events.length + 1);
        const engine = createEngine(planOf(before), settings);
        push(engine, events.slice(0, cut));
        const other = restoreEngine(planOf(after), engine.snapshot(), { ...settings, otherRules: true });
        engine.updateRules(planOf(after));
        const alerts = push(engine, events.slice(cut));
        expect(alerts).toEqual(push(other, events.slice(cut)));
        expect(engine.finish()).toEqual(other.finish());
        expect(engine.stats()).toEqual(other.stats());
        if (until !== undefined) expect(engine.advanceTo(until)).toEqual(other.advanceTo(until));
        if (alerts.length > 0 && before !== after) changed++;
        // And goes on from what it gives.
        const { upserts, replace } = engine.changes();
        expect(replace).toBe(true);
        expect(restoreEngine(planOf(after), upserts, settings).stats()).toEqual(engine.stats());
      }),
      given,
    );
    expect(changed).toBeGreaterThan(runs / 5);
  });

  it("changes nothing where it has the same rules again and again", { timeout }, () => {
    fc.assert(
      fc.property(changes, ({ before, events, options, mode }) => {
        const { until, ...rest } = options;
        const engine = createEngine(planOf(before), { ...rest, mode });
        const alerts = events.flatMap((offered) => {
          engine.updateRules(planOf(before));
          return push(engine, [offered]);
        });
        alerts.push(...engine.finish());
        if (until !== undefined) alerts.push(...engine.advanceTo(until));
        const whole = runEngine(planOf(before), events, { ...options, mode });
        expect(alerts).toEqual(whole.alerts);
        expect(engine.stats()).toEqual(whole.stats);
      }),
      { ...given, numRuns: Math.ceil(runs / 4) },
    );
  });

  it("lets the rules that stay say what they say alone, through many changes", { timeout }, () => {
    let told = 0;
    fc.assert(
      fc.property(
        templateRules.filter((text) => compile(text).ok),
        recording(40),
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        (text, events, turns) => {
          const { declarations, rules } = partsOf(text);
          const [stays] = rules;
          const name = /^RULE (\w+)/.exec(stays!)![1]!;
          const planWithout = (turn: number) =>
            planOf(
              fileText({
                declarations,
                rules: rules.filter((rule, i) => rule === stays || ((turn >> (i % 8)) & 1) === 0),
              }),
            );
          const engine = createEngine(planOf(text));
          const alerts = events.flatMap((offered, i) => {
            if (i % 3 === 0) engine.updateRules(planWithout(turns[i]!));
            return push(engine, [offered]);
          });
          alerts.push(...engine.finish());
          const alone = runEngine(planOf(fileText({ declarations, rules: [stays!] })), events).alerts;
          expectAlike(alerts.filter(({ rule }) => rule === name).map(withoutId), alone.map(withoutId));
          if (alone.length > 0) told++;
        },
      ),
      { ...given, numRuns: Math.ceil(runs / 2) },
    );
    expect(told).toBeGreaterThan(runs / 40);
  });
});

function push(engine: Engine, events: Offered): Alert[] {
  return events.flatMap(({ stream, event }) => engine.push(stream, event));
}
