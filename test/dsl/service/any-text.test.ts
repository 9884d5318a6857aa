import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLanguageService, type LanguageService, type Range, tokenizeLine } from "@weir/dsl";
import { loadCases } from "../../conformance/cases.ts";
import { corpus } from "../corpus.ts";
import { FILE } from "./marked.ts";

const texts = [...Object.values(corpus), ...(loadCases() ?? []).map(({ rules }) => rules)];

/** Asks everything about a place of a text, and sees that every answer lies inside of the text. */
function askAll(service: LanguageService, text: string, caret: number): void {
  service.setText(FILE, text);
  const ranges: Range[] = [];
  const completions = service.complete(FILE, caret);
  ranges.push(completions.range);
  ranges.push(...service.diagnostics(FILE).map(({ range }) => range));
  const hover = service.hover(FILE, caret);
  if (hover !== null) ranges.push(hover.range);
  service.signatureHelp(FILE, caret);
  ranges.push(...service.definition(FILE, caret).map(({ range }) => range));
  ranges.push(...service.references(FILE, caret).map(({ range }) => range));
  ranges.push(...service.highlights(FILE, caret));
  const target = service.renameTarget(FILE, caret);
  if (target.ok) {
    ranges.push(target.range);
    const renamed = service.rename(FILE, caret, "renamed");
    if (renamed.ok) ranges.push(...renamed.files.flatMap(({ edits }) => edits.map(({ range }) => range)));
  }
  for (const symbol of service.symbols(FILE)) ranges.push(symbol.range, symbol.nameRange);
  for (const { startLine, endLine } of service.folding(FILE)) expect(startLine).toBeLessThan(endLine);
  const tokens = service.semanticTokens(FILE);
  ranges.push(...tokens.map(({ range }) => range));
  for (const [i, token] of tokens.entries()) {
    expect(token.range.start.offset).toBeGreaterThanOrEqual(tokens[i - 1]?.range.end.offset ?? 0);
  }
  ranges.push(...service.inlayHints(FILE).map(({ place }) => ({ start: place, end: place })));
  ranges.push(...service.codeActions(FILE, 0, text.length).flatMap(({ edits }) => edits.map(({ range }) => range)));
  ranges.push(...service.format(FILE).map(({ range }) => range));
  ranges.push(...service.formatRange(FILE, caret, caret + 20).map(({ range }) => range));
  ranges.push(...service.rules(FILE).flatMap(({ range, nameRange }) => [range, nameRange]));
  for (const { start, end } of ranges) {
    if (!(start.offset >= 0 && start.offset <= end.offset && end.offset <= text.length)) {
      throw new Error(`a range from ${start.offset} to ${end.offset} in a text of ${text.length}`);
    }
  }
}

describe("whatever the text", () => {
  test("every prefix of a rule file is answered, with places inside of the text", () => {
    const service = createLanguageService();
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, length) => {
        const prefix = text.slice(0, text.length === 0 ? 0 : length % (text.length + 1));
        askAll(service, prefix, prefix.length);
      }),
      { numRuns: 400 },
    );
  });

  test("every place of a text that was cut, mixed and bent is answered", () => {
    const service = createLanguageService();
    const piece = fc.constantFrom(
      ..."( ) { } [ ] \" ' ` , ; : . - -- /* */ = > EMIT WHEN WITHIN 10s 10 COUNT( TEST RULE x SEQUENCE THEN NOT BY LET \n \u{1f600} \\ {x}".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.record({ at: fc.nat(), cut: fc.nat(12), put: piece }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (text, changes, caret) => {
          let bent = text;
          for (const { at, cut, put } of changes) {
            const place = at % (bent.length + 1);
            bent = bent.slice(0, place) + put + bent.slice(place + cut);
          }
          askAll(service, bent, caret % (bent.length + 1));
        },
      ),
      { numRuns: 400 },
    );
  });

  test("a caret outside of the text is moved into it", () => {
    const service = createLanguageService();
    service.setText(FILE, "FROM a EMIT LOW");
    for (const caret of [-5, 1e9, Number.NaN, { line: 0, column: -3 }, { line: 99, column: 99 }]) {
      const { range } = service.complete(FILE, caret);
      expect(range.end.offset).toBeLessThanOrEqual(15);
    }
  });

  test("a file that is not there is an empty one", () => {
    const service = createLanguageService();
    expect(service.diagnostics("nowhere")).toEqual([]);
    expect(service.complete("nowhere", 3).items.length).toBeGreaterThan(5);
    expect(service.version("nowhere")).toBeUndefined();
  });

  test("the tokens of a line cover it without gaps, and comments go on", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, at) => {
        const start = text.length === 0 ? 0 : at % text.length;
        let state: "code" | "comment" = "code";
        for (const line of text.slice(start).split("\n")) {
          const { tokens, state: next } = tokenizeLine(line, state);
          if (line.length > 0) expect(tokens[0]?.start).toBe(0);
          for (const [i, token] of tokens.entries()) expect(token.start).toBeGreaterThan(tokens[i - 1]?.start ?? -1);
          state = next;
        }
      }),
      { numRuns: 300 },
    );
    expect(tokenizeLine("x /* y", "code").state).toBe("comment");
    expect(tokenizeLine("y */ x", "comment")).toEqual({
      tokens: [
        { start: 0, type: "comment" },
        { start: 4, type: "text" },
        { start: 5, type: "name" },
      ],
      state: "code",
    });
  });
});
