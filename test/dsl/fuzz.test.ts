import { format, parse, renderDiagnostic } from "@weir/dsl";
import fc from "fast-check";
import { expect, it } from "vitest";
import { lex } from "../../packages/dsl/src/lex/lex.ts";
import { Reporter } from "../../packages/dsl/src/reporter.ts";
import { corpus } from "./corpus.ts";

/** Mutated texts: ten times WEIR_RUNS, else 20,000. A failure prints its seed; WEIR_SEED repeats it. */
const runs = 10 * Number(process.env["WEIR_RUNS"] ?? 2_000);
const seed = process.env["WEIR_SEED"];

const texts = Object.values(corpus).filter((text) => text !== "");
const places = fc.integer({ min: 0, max: 1_000_000 });

type Mutation = (text: string) => string;

/** Cuts a text into its tokens and what stands between them. */
function pieces(text: string): string[] {
  const { tokens } = lex(text, new Reporter(text));
  const cuts = [0, ...tokens.flatMap(({ start, end }) => [start, end]), text.length];
  return cuts.slice(1).map((cut, i) => text.slice(cuts[i], cut));
}

/** The index of a token among the pieces: they stand at the odd places. */
function tokenAt(parts: readonly string[], place: number): number {
  const tokens = Math.max(1, Math.floor(parts.length / 2));
  return (place % tokens) * 2 + 1;
}

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(places, fc.integer({ min: 0, max: 7 })).map(
    ([place, bit]): Mutation =>
      (text) => {
        const at = place % Math.max(1, text.length);
        return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
      },
  ),
  places.map(
    (place): Mutation =>
      (text) => {
        const parts = pieces(text);
        parts[tokenAt(parts, place)] = "";
        return parts.join("");
      },
  ),
  places.map(
    (place): Mutation =>
      (text) => {
        const parts = pieces(text);
        const at = tokenAt(parts, place);
        parts[at] = `${parts[at] ?? ""} ${parts[at] ?? ""}`;
        return parts.join("");
      },
  ),
  fc.tuple(places, places).map(
    ([one, other]): Mutation =>
      (text) => {
        const parts = pieces(text);
        const [a, b] = [tokenAt(parts, one), tokenAt(parts, other)];
        [parts[a], parts[b]] = [parts[b] ?? "", parts[a] ?? ""];
        return parts.join("");
      },
  ),
  places.map(
    (place): Mutation =>
      (text) =>
        text.slice(0, place % Math.max(1, text.length)),
  ),
  fc.tuple(places, fc.string({ unit: "binary", maxLength: 4 })).map(
    ([place, insert]): Mutation =>
      (text) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + insert + text.slice(at);
      },
  ),
  fc.tuple(places, fc.constantFrom(...Array.from("\"'`(){}[]<>;:,.-/*?\\\n\r\u2028"))).map(
    ([place, insert]): Mutation =>
      (text) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + insert + text.slice(at);
      },
  ),
);

it(
  `${runs} mutated texts: nothing crashes or hangs, and every error is inside of its text`,
  () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
        const mutated = mutations.reduce((text, mutate) => mutate(text), text);
        const started = performance.now();
        const { diagnostics } = parse(mutated);
        expect(performance.now() - started).toBeLessThan(1_000);
        for (const d of diagnostics) {
          expect(d.span.start).toBeGreaterThanOrEqual(0);
          expect(d.span.end).toBeGreaterThanOrEqual(d.span.start);
          expect(d.span.end).toBeLessThanOrEqual(mutated.length);
          expect(d.message).not.toBe("");
          expect(renderDiagnostic(d, mutated, "x.weir", { color: false })).toContain(`x.weir:${d.line}:${d.column}`);
        }
        const formatted = format(mutated);
        expect(formatted.diagnostics).toEqual(diagnostics);
        if (diagnostics.length === 0) expect(format(formatted.text).text).toBe(formatted.text);
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
  Math.max(60_000, runs * 3),
);

it.each([
  ["open parentheses", "FROM a WHERE ".concat("(".repeat(10_000))],
  ["open braces", "FROM a EMIT LOW ".concat("{".repeat(100_000))],
  ["open groups", "SEQUENCE ".concat("ALL OF (a BY (x ".repeat(20_000))],
  ["quotes in a message", `FROM a EMIT LOW '${'{"}\\\\'.repeat(100_000)}'`],
  ["braces in a message", `FROM a EMIT LOW "${"{".repeat(100_001)}"`],
  ["expressions in a message", `FROM a EMIT LOW "${"{x}".repeat(100_000)}"`],
  ["keywords", "EVERY ".repeat(100_000)],
  ["names", "a ".repeat(200_000)],
  ["misspelt keywords", "EMITT ".repeat(100_000)],
  ["THENs", "SEQUENCE a ".concat("THEN ".repeat(100_000))],
  ["WHENs of CASE", "FROM a WHERE ".concat("CASE WHEN x ".repeat(50_000))],
  ["comments on one line", "/**/".repeat(200_000)],
  ["comments in a rule", `FROM a ${"/**/ ".repeat(100_000)} EMIT LOW`],
  ["blanks", `FROM a EMIT LOW${" ".repeat(1_000_000)}--`],
  ["durations", "1s".repeat(400_000)],
  ["line ends", "\n".repeat(1_000_000)],
  ["tests", 'TEST "t" {'.repeat(50_000)],
  ["data", `FROM a EMIT LOW { ${"x, ".repeat(100_000)} }`],
])("a long row of %s is read, and formatted, within seconds", (_, text) => {
  const started = performance.now();
  format(text);
  expect(performance.now() - started).toBeLessThan(5_000);
});
