import { type Alert, createEngine, type EngineOptions, generatedCode, restoreEngine } from "@weir/core";
import { compile } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectAlike, expectSaysWhatOracleSays, withoutId } from "./compare.ts";
import { casesOf } from "./generate-rules.ts";
import { templateText, type NamedRule, type TemplateFile, templateFiles, templateRules } from "./generate-templates.ts";
import { hostOptions, recording } from "./generate-events.ts";
import { planOf, runEngine } from "./run-engine.ts";

const runs = Math.ceil(Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000)) / 4);
const seed = process.env["WEIR_SEED"];
const given = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };
const timeout = 30_000 + runs * 120;

/** A file, what of its rules an engine begins with, and what it goes on with from some event on. */
const changedFiles = fc
  .record({
    file: templateFiles.filter((file) => compile(templateText(file)).ok),
    first: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
    second: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
    turned: fc.boolean(),
    where: fc.nat(),
    events: recording(40),
    options: hostOptions,
    mode: fc.constantFrom<NonNullable<EngineOptions["mode"]>>("generated", "interpreted"),
  })
  .map(({ options, ...rest }) => ({ ...rest, options: options(rest.events) }));

describe("rules that differ in constants", () => {
  it("are templates where there are some of a shape", () => {
    const texts = fc.sample(templateRules, { numRuns: 400, seed: 5 }).filter((text) => compile(text).ok);
    const merged = texts.filter((text) => generatedCode(planOf(text)).some((code) => code.includes(".enters(d)")));
    expect(texts.length).toBeGreaterThan(100);
    expect(merged.length / texts.length).toBeGreaterThan(0.3);
  });

  it("say what the oracle says, in both modes", { timeout }, () => {
    fc.assert(
      fc.property(
        casesOf(templateRules),
        fc.constantFrom<NonNullable<EngineOptions["mode"]>>("generated", "interpreted"),
        (one, mode) => expectSaysWhatOracleSays(runEngine(planOf(one.text), one.events, { ...one.options, mode }), one),
      ),
      given,
    );
  });

  it("keep their state where others come and go", { timeout }, () => {
    let told = 0;
    fc.assert(
      fc.property(changedFiles, ({ file, first, second, turned, where, events, options, mode }) => {
        const { until, ...rest } = options;
        const given = { ...rest, mode };
        const before = chosen(file, first);
        const after = chosen(file, second);
        const cut = where % (events.length + 1);
        const engine = createEngine(planOf(templateText(before)), given);
        const alerts: Alert[] = events.slice(0, cut).flatMap(({ stream, event }) => engine.push(stream, event));
        const other = turned ? { ...after, rules: after.rules.toReversed() } : after;
        const next = restoreEngine(planOf(templateText(other)), engine.snapshot(), { ...given, otherRules: true });
        for (const { stream, event } of events.slice(cut)) alerts.push(...next.push(stream, event));
        alerts.push(...next.finish());
        if (until !== undefined) alerts.push(...next.advanceTo(until));
        // Rules that say the same are told apart by their order alone.
        const bodies = file.rules.map(bodyOf);
        let says = false;
        const isAlone = (rule: NamedRule): boolean => bodies.filter((body) => body === bodyOf(rule)).length === 1;
        for (const rule of before.rules.filter((one) => after.rules.includes(one) && isAlone(one))) {
          const alone = runEngine(planOf(templateText({ ...file, rules: [rule] })), events, {
            ...options,
            mode,
          }).alerts;
          const found = alerts.filter((alert) => alert.rule === rule.name);
          expectAlike(found.map(withoutId), alone.map(withoutId));
          says ||= alone.length > 0;
        }
        if (says) told++;
      }),
      given,
    );
    expect(told).toBeGreaterThan(runs / 10);
  });
});

function bodyOf({ name, text }: NamedRule): string {
  return text.slice(`RULE ${name}`.length);
}

/** At least one rule is left. */
function chosen(file: TemplateFile, which: readonly boolean[]): TemplateFile {
  const rules = file.rules.filter((_, i) => which[i] === true);
  return { ...file, rules: rules.length === 0 ? file.rules.slice(0, 1) : rules };
}
