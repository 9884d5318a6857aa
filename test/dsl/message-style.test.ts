import { compile, type Diagnostic } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { badNames, badPlaces, badSequences, badTests, badTypes, declarations, doubtfulRules } from "./bad-rules.ts";
import { corpus } from "./corpus.ts";

const texts = [
  ...[...badNames, ...badTypes, ...badPlaces, ...badSequences, ...badTests, ...doubtfulRules].map(
    ([, marked]) => declarations + marked.replaceAll(/[«»]/g, ""),
  ),
  ...Object.values(corpus),
];

/** What is said of the texts, and of what is left of them where they are cut off or something is left out. */
function said(): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const text of texts) {
    const cuts = Array.from({ length: 12 }, (_, i) => Math.floor((text.length * i) / 12));
    const variants = [text, ...cuts.flatMap((at) => [text.slice(0, at), text.slice(0, at) + text.slice(at + 5)])];
    for (const variant of variants) {
      for (const diagnostic of compile(variant).diagnostics) found.set(diagnostic.message, diagnostic);
    }
  }
  return [...found.values()];
}

describe("what diagnostics say", () => {
  const all = said();
  const sentences = all.flatMap(({ message, hint }) => (hint === undefined ? [message] : [message, hint]));

  test("is many different things", () => {
    expect(all.length).toBeGreaterThan(150);
  });

  test("begins in lower case, with a keyword or with a name, and ends without a full stop", () => {
    // A signature stands for itself.
    const odd = sentences.filter((text) => /^[A-Z][a-z]/.test(text) || /[.!]$/.test(text) || text.trim() !== text);
    expect(odd).toEqual([]);
  });

  test("is one line of at most 400 characters, its back-ticks in pairs", () => {
    const odd = sentences.filter(
      (text) => /[\r\n]/.test(text) || text.length > 401 || text.split("`").length % 2 === 0,
    );
    expect(odd).toEqual([]);
  });
});
