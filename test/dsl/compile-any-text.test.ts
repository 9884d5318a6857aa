import { createEngine } from "@weir/core";
import { compile, print } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lex } from "../../packages/dsl/src/lex/lex.ts";
import { Reporter } from "../../packages/dsl/src/reporter.ts";
import { badNames, badPlaces, badSequences, badTests, badTypes, declarations, doubtfulRules } from "./bad-rules.ts";
import { corpus } from "./corpus.ts";
import { file } from "./random-file.ts";

/** Random cases: WEIR_RUNS, else 500. A failure prints its seed; WEIR_SEED repeats it. */
const seed = process.env["WEIR_SEED"];
const given = {
  numRuns: Number(process.env["WEIR_RUNS"] ?? 500),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
};

/** Whatever compiles the engine can run; whatever does not has an error within its text. */
function expectVerdict(text: string): void {
  const { ok, plan, diagnostics } = compile(text);
  expect(diagnostics.some(({ level }) => level === "error")).toBe(!ok);
  for (const { span, message } of diagnostics) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(span.end).toBeLessThanOrEqual(text.length);
    expect(message).toMatch(/^[^\n]+[^.\n]$/);
  }
  if (plan === undefined) return;
  const engine = createEngine(plan, { now: () => 0 });
  for (const stream of ["a", "pay", "logins"]) engine.push(stream, { ts: 0, user: "u", amount: 1, a: 1, b: "x" });
  engine.finish();
}

const unmarked = [badNames, badPlaces, badSequences, badTests, badTypes, doubtfulRules]
  .flat()
  .map(([, marked]) => `${declarations}${marked.replaceAll(/[«»]/g, "")}`);
const texts = [...Object.values(corpus), ...unmarked];

/** Words of one text set, cut or doubled among those of another. */
const mixed: fc.Arbitrary<string> = fc
  .record({
    text: fc.constantFrom(...texts),
    other: fc.constantFrom(...texts),
    edits: fc.array(fc.record({ at: fc.nat(), from: fc.nat(), what: fc.constantFrom("set", "cut", "add") }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ text, other, edits }) => {
    const words = wordsOf(text);
    const others = wordsOf(other);
    for (const { at, from, what } of edits) {
      const word = others[from % Math.max(1, others.length)] ?? "";
      words.splice(at % (words.length + 1), what === "add" ? 0 : 1, ...(what === "cut" ? [] : [word]));
    }
    return words.join(" ");
  });

function wordsOf(text: string): string[] {
  return lex(text, new Reporter(text)).tokens.map(({ start, end }) => text.slice(start, end));
}

const timeout = 30_000 + given.numRuns * 10;

describe("any text is compiled for the engine or refused at a place, and never throws", { timeout }, () => {
  it.each(Object.entries(corpus))("of the corpus: %s", (_, text) => {
    expectVerdict(text);
  });

  it("random trees", () => {
    fc.assert(
      fc.property(file, (tree) => expectVerdict(print(tree, ""))),
      given,
    );
  });

  it("mixtures of good and bad rules", () => {
    fc.assert(fc.property(mixed, expectVerdict), given);
  });

  it("cut anywhere", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, at) => expectVerdict(text.slice(0, at % text.length))),
      given,
    );
  });
});
