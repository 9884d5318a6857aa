import { compile } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectEngineEqualsOracle } from "./compare.ts";
import { casesOf, chainedRules, windowRules } from "./generate-rules.ts";
import { sequenceRules } from "./generate-sequences.ts";

/** How many cases: WEIR_RUNS, else 10,000 in CI and 2,000 elsewhere. A failure prints its seed; WEIR_SEED repeats it. */
const runs = Number(process.env["WEIR_RUNS"] ?? (process.env["CI"] === undefined ? 2000 : 10_000));
const seed = process.env["WEIR_SEED"];
const given = (numRuns: number): { numRuns: number; seed?: number } => ({
  numRuns,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
});
const timeout = 30_000 + runs * 60;

describe("the engine says what the oracle says", () => {
  it("of rules over windows", { timeout }, () => {
    fc.assert(fc.property(casesOf(windowRules), expectEngineEqualsOracle), given(runs));
  });

  it("of rules that read each other's alerts", { timeout }, () => {
    fc.assert(fc.property(casesOf(chainedRules), expectEngineEqualsOracle), given(Math.ceil(runs / 5)));
  });
});

it("the generated rules are valid", () => {
  const texts = [windowRules, sequenceRules, chainedRules].flatMap((rules) => fc.sample(rules, given(300)));
  const refused = texts.filter((text) => !compile(text).ok);
  expect(refused.length / texts.length).toBeLessThan(0.05);
});
