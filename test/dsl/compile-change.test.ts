import { compile, type CompileResult } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { windowRules } from "../oracle/generate-rules.ts";
import { sequenceRules } from "../oracle/generate-sequences.ts";
import { templateRules } from "../oracle/generate-templates.ts";
import { fileText, partsOf } from "../oracle/file-parts.ts";

const rule = (name: string, most = 3): string =>
  `RULE ${name} FROM s BY user WITHIN gap WHEN COUNT() > ${most} EMIT LOW\n`;
const file = (...rules: readonly string[]): string => `STREAM s\nPARAM gap = 1h\n${rules.join("")}`;
const many = Array.from({ length: 20 }, (_, i) => rule(`r${i}`));

/** How many rules of a plan are the very objects of another. */
function shared(a: CompileResult, b: CompileResult): number {
  const known = new Set(b.plan?.rules);
  return a.plan?.rules.filter((one) => known.has(one)).length ?? 0;
}

const files = fc.oneof(templateRules, windowRules, sequenceRules).filter((text) => compile(text).ok);

/** What stands where, in the place of how much. */
const slip = fc.record({
  at: fc.nat(),
  cut: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 200 })),
  put: fc.oneof(
    fc.constantFrom("", "1", "RULE", "RULE z ", "x", "-- ", "/*", "*/", '"', "\n", "\n\n", ";", "{", "}"),
    fc.constantFrom(
      "PARAM span = 1s\n",
      "RULE z FROM a EMIT LOW\n",
      "EMIT LOW\n",
      "RULE y BY u COUNT() > 1 EMIT LOW INTO hot\n",
    ),
  ),
});

/** What is done to a rule. */
const step = fc.record({ at: fc.nat(), does: fc.constantFrom("drops", "turns", "adds", "counts") });

type Edit = (text: string, turn: number) => string;

const edits: fc.Arbitrary<Edit> = fc.oneof(
  slip.map(
    ({ at, cut, put }): Edit =>
      (text) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + cut);
      },
  ),
  step.map(
    ({ at, does }): Edit =>
      (text, turn) => {
        const parts = partsOf(text);
        const rules = [...parts.rules];
        const i = at % Math.max(1, rules.length);
        const one = rules[i] ?? "";
        if (does === "drops") rules.splice(i, 1);
        else if (does === "turns") rules.push(...rules.splice(i, 1));
        else if (does === "adds") {
          rules.splice(i, 0, `RULE new_${turn}\n  FROM a BY u WITHIN span WHEN COUNT() > ${turn} EMIT LOW`);
        } else rules[i] = one.replace(/(COUNT\(\) >=?) \w+/, `$1 ${turn}`);
        return fileText({ ...parts, rules });
      },
  ),
);

describe("compiling a text of which most was compiled before", () => {
  test("gives what compiling it gives, whatever was changed", () => {
    let quick = 0;
    fc.assert(
      fc.property(files, fc.array(edits, { minLength: 1, maxLength: 6 }), (start, steps) => {
        let text = start;
        let previous = compile(text);
        for (const [turn, change] of steps.entries()) {
          text = change(text, turn);
          const changed = compile(text, { previous });
          expect(changed).toEqual(compile(text));
          if (shared(changed, previous) > 0) quick++;
          if (changed.ok) previous = changed;
          else text = start;
        }
      }),
      { numRuns: 400 },
    );
    expect(quick).toBeGreaterThan(40);
  });

  test("reads rules that come, go, and change, and takes the others as they are", () => {
    const previous = compile(file(...many));
    const inserted = compile(file(...many.slice(0, 7), rule("new"), ...many.slice(7)), { previous });
    expect(inserted.plan!.rules.map(({ name }) => name).indexOf("new")).toBe(7);
    expect(shared(inserted, previous)).toBe(20);
    const appended = compile(file(...many, rule("new")), { previous });
    expect(shared(appended, previous)).toBe(20);
    const changed = compile(file(...many.slice(0, 7), rule("r7", 4), ...many.slice(8)), { previous: inserted });
    expect(shared(changed, previous)).toBe(19);
    const removed = compile(file(...many.slice(0, 7), ...many.slice(8)), { previous: changed });
    expect(shared(removed, previous)).toBe(19);
    expect(removed).toEqual(compile(file(...many.slice(0, 7), ...many.slice(8))));
  });

  test("reads everything again where a rule may mean something else because of what changed", () => {
    const previous = compile(file(...many));
    const texts = [
      file(...many).replace("gap = 1h", "gap = 2h"),
      file(...many, "RULE new FROM s EMIT LOW { x } INTO hot\n"),
      file(...many, rule("r3")),
      file(...many, 'TEST "t" { s { user: "a" } EXPECT NOTHING }\n'),
      file(...many, "FROM s EMIT LOW\n"),
      file(...many).replace("RULE r9 ", "RULE r9 WHERE x > "),
    ];
    for (const text of texts) {
      const changed = compile(text, { previous });
      expect(changed).toEqual(compile(text));
      expect(shared(changed, previous)).toBe(0);
    }
    expect(shared(compile(file(...many, rule("new")), { previous, functions: {} }), previous)).toBe(0);
  });
});
