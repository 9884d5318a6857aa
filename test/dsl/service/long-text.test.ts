import { createLanguageService } from "@weir/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DECLARED, FILE } from "./marked.ts";

const rules = Array.from(
  { length: 400 },
  (_, i) => `RULE r${i} "Payments -- many"
  FROM payments
  WHERE status = "ok" AND amount > ${i}
  BY user
  WITHIN gap
  WHEN COUNT() > limit
  EMIT HIGH "user {user} paid" { total: SUM(amount) } ${i % 50 === 0 ? `INTO hot${i}` : ""}
-- the next one
`,
);
const LONG = `${DECLARED}${rules.join("")}`;

describe("a long text that is being changed", () => {
  test("completes as one that was read anew, before it is read again", () => {
    expect(LONG.length).toBeGreaterThan(50_000);
    const kept = createLanguageService();
    kept.setText(FILE, LONG);
    kept.diagnostics(FILE);
    const words = fc.constantFrom(
      "amount",
      " ",
      "user ",
      "WHERE ",
      "FROM ",
      "COUNT(",
      ")",
      " > 3",
      "device.",
      "WITHIN ",
      ", ",
      "r",
    );
    fc.assert(
      fc.property(fc.nat(), fc.array(words, { minLength: 1, maxLength: 4 }), fc.nat(20), (at, typed, cut) => {
        const start = DECLARED.length + (at % (LONG.length - DECLARED.length));
        const put = typed.join("");
        const text = LONG.slice(0, start) + put + LONG.slice(start + cut);
        // What opens or closes a string or a comment changes what all behind it says.
        if (/["`]|--|\/\*|\n/.test(LONG.slice(start - 2, start + cut + 2))) return;
        kept.setText(FILE, LONG);
        kept.diagnostics(FILE);
        kept.setText(FILE, text);
        const fresh = createLanguageService();
        fresh.setText(FILE, text);
        const caret = start + put.length;
        const labels = (service: typeof kept): readonly string[] =>
          service
            .complete(FILE, caret)
            .items.map(({ label, detail }) => `${label} ${detail ?? ""}`)
            .toSorted();
        expect(labels(kept)).toEqual(labels(fresh));
        expect(kept.signatureHelp(FILE, caret)).toEqual(fresh.signatureHelp(FILE, caret));
      }),
      { numRuns: 30 },
    );
  });

  test("is said what is wrong with as it stands", () => {
    const service = createLanguageService();
    service.setText(FILE, LONG);
    service.diagnostics(FILE);
    service.setText(FILE, LONG.replace("amount > 7\n", "amout > 7\n"));
    service.complete(FILE, 5_000);
    expect(service.diagnostics(FILE).map(({ code }) => code)).toContain("unknown-field");
  });

  test("of more than 1 MiB is refused, and answered all the same", () => {
    const service = createLanguageService();
    service.setText(FILE, "FROM a EMIT LOW\n".repeat(70_000));
    expect(service.diagnostics(FILE).map(({ code }) => code)).toEqual(["text-too-long"]);
    expect(service.complete(FILE, 500_000).items).toBeDefined();
    expect(service.hover(FILE, 500_000)).toBeNull();
    expect(service.semanticTokens(FILE)).toEqual([]);
  });

  test.each([
    ["escapes in a string that is not closed", 'FROM a EMIT LOW "', '\\"'],
    ["comments that are not closed", "", "/*"],
    ["parts of a message", 'FROM a EMIT LOW "', "{a}"],
    ["brackets", "WHERE ", "("],
    ["steps that are none", "SEQUENCE ", "a x THEN "],
    ["lines", "FROM a", "\n"],
    ["dots", "WHERE a", ".a"],
    ["back-ticks", "", "`"],
    ["rules without a name", "", "RULE "],
    ["half a CASE", "WHERE ", "CASE WHEN "],
  ])("that is a long row of %s is answered", (_, head, part) => {
    const text = head + part.repeat(300_000 / part.length);
    const service = createLanguageService();
    service.setText(FILE, text);
    for (const caret of [text.length, text.length >> 1]) {
      service.complete(FILE, caret);
      service.hover(FILE, caret);
      service.signatureHelp(FILE, caret);
      service.rename(FILE, caret, "other");
    }
    service.codeActions(FILE, 0, text.length);
    service.formatRange(FILE, 0, text.length);
    for (const { range } of [...service.semanticTokens(FILE), ...service.diagnostics(FILE)]) {
      if (range.end.offset > text.length) throw new Error("a place behind the text");
    }
  });

  test("keeps what was read of a text that is set again", () => {
    const service = createLanguageService();
    service.setText(FILE, LONG, 1);
    const first = service.diagnostics(FILE);
    service.setText(FILE, LONG, 2);
    expect(service.version(FILE)).toBe(2);
    expect(service.diagnostics(FILE)).toEqual(first);
  });
});
