import { createLanguageService } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { DECLARED, FILE } from "./marked.ts";

/** The text with its hints where they stand, each in brackets. */
function hinted(text: string, before = ""): string {
  const service = createLanguageService();
  service.setText(FILE, before + text);
  const hints = service.inlayHints(FILE, { start: before.length, end: before.length + text.length });
  return hints.toReversed().reduce((shown, { place, text: hint }) => {
    const at = place.offset - before.length;
    return `${shown.slice(0, at)}[${hint}]${shown.slice(at)}`;
  }, text);
}

describe("between the words of a rule stands", () => {
  test("the value of a PARAM or a LET where it is used, and not where it is declared", () => {
    expect(hinted("RULE r FROM payments WHERE big BY user WITHIN gap WHEN COUNT() > limit EMIT HIGH", DECLARED)).toBe(
      "RULE r FROM payments WHERE big[= amount > 100] BY user WITHIN gap[= 10m] WHEN COUNT() > limit[= 5] EMIT HIGH",
    );
    expect(hinted('PARAM kind = "card"\nFROM payments WHERE status = kind EMIT LOW')).toContain(
      '= kind[= "card"] EMIT',
    );
  });

  test("what constants come to", () => {
    expect(hinted("PARAM limit = 60 * 24\nPARAM gap = 2 * 90m")).toBe(
      "PARAM limit = 60 * 24[= 1440]\nPARAM gap = 2 * 90m[= 3h]",
    );
  });

  test("a duration in its largest units, where it is not written in them", () => {
    expect(hinted("FROM a BY b WITHIN 90m WHEN COUNT() > 3 EMIT LOW COOLDOWN 24h")).toBe(
      "FROM a BY b WITHIN 90m[= 1h30m] WHEN COUNT() > 3 EMIT LOW COOLDOWN 24h[= 1d]",
    );
    expect(hinted("FROM a BY b WITHIN 1h30m WHEN COUNT() > 3 EMIT LOW COOLDOWN 1_000ms")).toContain("1_000ms[= 1s]");
  });

  test("whom COUNT counts by, in a rule without BY alone", () => {
    expect(hinted("WITHIN 10s COUNT(user) > 5 EMIT HIGH")).toBe("WITHIN 10s COUNT(user)[per user] > 5 EMIT HIGH");
    expect(hinted("BY ip WITHIN 10s WHEN COUNT(user) > 5 EMIT HIGH")).not.toContain("[per");
  });

  test("the unit of a time field and of RATE", () => {
    expect(hinted("STREAM a TIME at\nSTREAM b TIME at IN SECONDS\nSTREAM c TIME ARRIVAL")).toBe(
      "STREAM a TIME at[in ms, or ISO-8601]\nSTREAM b TIME at IN SECONDS\nSTREAM c TIME ARRIVAL",
    );
    expect(hinted("BY host WITHIN 1m WHEN RATE() > 100 EMIT HIGH")).toContain("RATE()[per second] > 100");
  });

  test("nothing that would be longer than the rule, and nothing in a TEST", () => {
    const long = `LET wide = ${Array.from({ length: 9 }, (_, i) => `field_${i} > ${i}`).join(" AND ")}\n`;
    expect(hinted("FROM a WHERE wide EMIT LOW", long)).toBe("FROM a WHERE wide EMIT LOW");
    expect(hinted('TEST "t" { a {} AT 90m EXPECT NOTHING }', "RULE r FROM a EMIT LOW\n")).not.toContain("[");
  });
});

test("hints are those of the part that is asked for", () => {
  const service = createLanguageService();
  service.setText(
    FILE,
    "FROM a BY b WITHIN 90m WHEN COUNT() > 3 EMIT LOW\nFROM a BY b WITHIN 90m WHEN COUNT() > 3 EMIT LOW\n",
  );
  expect(service.inlayHints(FILE)).toHaveLength(2);
  const within = { start: { line: 2, column: 1 }, end: { line: 2, column: 40 } };
  expect(service.inlayHints(FILE, within).map(({ place }) => place.line)).toEqual([2]);
});
