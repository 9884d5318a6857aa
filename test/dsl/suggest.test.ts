import { formatDuration, lineStarts, parseDuration, positionAt, suggest } from "@weir/dsl";
import fc from "fast-check";
import { expect, it } from "vitest";

const fields = ["amount", "user", "status", "ip_address"];

it.each([
  ["amout", "amount"],
  ["amuont", "amount"],
  ["usr", "user"],
  ["STATUS", "status"],
  ["ipadress", "ip_address"],
])("%s is taken for %s", (word, expected) => {
  expect(suggest(word, fields)).toBe(expected);
});

it.each(["x", "us", "country", "am", "zzzzzz", "a".repeat(1_000)])("%s resembles nothing", (word) => {
  expect(suggest(word, fields)).toBeUndefined();
});

it("the nearest candidate counts, and of equally near ones the first", () => {
  expect(suggest("count1", ["count12", "count1", "count2"])).toBe("count1");
  expect(suggest("counta", ["countb", "countc"])).toBe("countb");
});

it("a position is found as by counting line ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é") }), fc.nat(), (text, place) => {
      const offset = place % (text.length + 1);
      const before = text.slice(0, offset);
      // The line end `\r\n` is one, and between its two characters the line is still the one before.
      const lines = before.split(/\r\n|\n|\r(?!\n)/);
      const inside = text.charAt(offset - 1) === "\r" && text.charAt(offset) === "\n";
      const expected = inside ? before.slice(0, -1).split(/\r\n|\n|\r/) : lines;
      const column = (expected.at(-1) ?? "").length + 1 + (inside ? 1 : 0);
      expect(positionAt(lineStarts(text), offset)).toEqual({ line: expected.length, column });
    }),
  );
});

it("a duration is written so that it reads as the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_653 * 86_400_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
  expect([0, 1, 90_000, 5_400_000, 1_209_600_000].map(formatDuration)).toEqual(["0s", "1ms", "1m30s", "1h30m", "14d"]);
});
