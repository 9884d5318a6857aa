import { createLanguageService, type LanguageService, parse, type TextEdit } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadCases } from "../../conformance/cases.ts";
import { corpus } from "../corpus.ts";
import { FILE } from "./marked.ts";

const texts = [
  ...Object.values(corpus),
  ...(loadCases() ?? []).filter(({ error }) => error !== true).map(({ rules }) => rules),
].filter((text) => text.trim() !== "");

function applied(text: string, edits: readonly TextEdit[]): string {
  return edits.toReversed().reduce((done, { range, text: put }) => {
    return done.slice(0, range.start.offset) + put + done.slice(range.end.offset);
  }, text);
}

/** The tree as text, without places and spellings, and with the one name in place of the other. */
function treeOf(text: string, from: string, to: string): string {
  const { file, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  return JSON.stringify(file.declarations, (key, value: unknown) => {
    if (key === "span" || key === "nameSpan" || key === "short" || key === "literal") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value === from ? to : value;
    // Clauses may stand in another order.
    const parts = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const isString = "kind" in value && value.kind === "string";
    return Object.fromEntries(parts.filter(([part]) => !(isString && part === "text")));
  });
}

/** Places at which names may stand: where words, quoted names and what is in messages begin. */
function places(text: string): readonly number[] {
  return [...text.matchAll(/[A-Za-z_]\w*|`[^`]+`/g)].map(({ index }) => index);
}

const text = fc.constantFrom(...texts);
const newName = fc.constantFrom(
  "fresh_name",
  "from",
  "last",
  "a name",
  "ünïcode",
  "EMIT",
  "prior",
  "x.y",
  "each",
  "key",
);

describe("edits", () => {
  test("after a rename the rules are the same but for the name", () => {
    const service = createLanguageService();
    let renamed = 0;
    fc.assert(
      fc.property(text, fc.nat(), newName, (before, at, name) => {
        if (before.includes(name)) return;
        const all = places(before);
        const place = all[at % Math.max(1, all.length)] ?? 0;
        service.setText(FILE, before);
        const target = service.renameTarget(FILE, place);
        if (!target.ok) return;
        const result = service.rename(FILE, place, name);
        if (!result.ok) return;
        renamed += 1;
        const after = applied(before, result.files[0]?.edits ?? []);
        // The old name may stand for other things too, such as the data that a field gives: those keep it.
        const old = target.name;
        expect(treeOf(after, name, old)).toBe(treeOf(before, name, old));
        expect(errorsOf(service, after)).toEqual(errorsOf(service, before));
      }),
      { numRuns: 600 },
    );
    expect(renamed).toBeGreaterThan(50);
  });

  test("renaming back gives the tree that was", () => {
    const service = createLanguageService();
    fc.assert(
      fc.property(text, fc.nat(), (before, at) => {
        const all = places(before);
        const place = all[at % Math.max(1, all.length)] ?? 0;
        service.setText(FILE, before);
        const target = service.renameTarget(FILE, place);
        const result = target.ok ? service.rename(FILE, place, "fresh_name") : target;
        if (!target.ok || !result.ok) return;
        const after = applied(before, result.files[0]?.edits ?? []);
        service.setText(FILE, after);
        const back = service.rename(FILE, after.indexOf("fresh_name"), target.name);
        expect(back.ok ? "" : back.reason).toBe("");
        const again = applied(after, back.ok ? (back.files[0]?.edits ?? []) : []);
        expect(treeOf(again, "", "")).toBe(treeOf(before, "", ""));
      }),
      { numRuns: 300 },
    );
  });

  test("formatting a part changes no more than that part, and no meaning", () => {
    const service = createLanguageService();
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(200), (before, at, length) => {
        service.setText(FILE, before);
        const start = at % (before.length + 1);
        const after = applied(before, service.formatRange(FILE, start, start + length));
        expect(treeOf(after, "", "")).toBe(treeOf(before, "", ""));
      }),
      { numRuns: 600 },
    );
  });

  test("formatting a file gives what the formatter gives, and nothing more to do", () => {
    const service = createLanguageService();
    for (const before of texts) {
      service.setText(FILE, before);
      service.setText(FILE, applied(before, service.format(FILE)));
      expect(service.format(FILE)).toEqual([]);
    }
  });

  test("a cure takes away what it cures", () => {
    const service = createLanguageService();
    const broken = [
      "WITHIN 10 COUNT(user) > 5 EMIT HIGH",
      "FROM a EMIT HIHG",
      "FROM a WHERE x = NULL EMIT LOW",
      "FROM a WHERE x != NULL EMIT LOW",
      "STREAM s { amount: NUMBER }\nFROM s WHERE amout > 3 EMIT LOW",
      "BY user WITHIN pause WHEN COUNT() > 3 EMIT LOW",
      "FROM a BY user WHEN COUNT() > 3 EMIT LOW",
      "RULE x FROM a",
      "FROM a amount > 3 EMIT LOW",
      "SEQUENCE a THEN NOT b EMIT LOW",
      "SEQUENCE a THEN a WITHIN 1m EMIT LOW",
      "RULE rule_2 FROM a EMIT LOW\nFROM a EMIT LOW",
      "FROM a WHERE x && y EMIT LOW",
      "FROM a WHERE COUNTT() > 3 EMIT LOW",
      "// a comment\nFROM a EMIT LOW",
    ];
    for (const before of broken) {
      service.setText(FILE, before);
      const actions = service.codeActions(FILE, 0, before.length);
      expect(actions.length, before).toBeGreaterThan(0);
      for (const { title, diagnostic, edits } of actions) {
        const after = applied(before, edits);
        service.setText(FILE, after);
        const left = service.diagnostics(FILE).filter(({ code }) => code === diagnostic.code);
        expect(left, `${title} in ${before} gives ${after}`).toEqual([]);
        service.setText(FILE, before);
      }
    }
  });
});

function errorsOf(service: LanguageService, rules: string): readonly string[] {
  service.setText(FILE, rules);
  return service
    .diagnostics(FILE)
    .filter(({ level }) => level === "error")
    .map(({ code }) => code);
}
