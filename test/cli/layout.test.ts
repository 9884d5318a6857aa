import { expect, test } from "vitest";
import { LateEvents } from "../../packages/cli/src/replay/late-events.ts";
import { streamOf } from "../../packages/cli/src/replay/event-file.ts";
import { layoutTable } from "../../packages/cli/src/terminal/table.ts";

test("a table fits its columns to the rows and to the terminal", () => {
  const columns = [{ title: "RULE" }, { title: "N", align: "right" as const }, { title: "WHAT" }];
  const rows = [{ cells: ["a", "1", "short"] }, { cells: ["rule_with_a_name", "12345", "x".repeat(100)] }];
  const wide = layoutTable(columns, rows, null);
  expect(wide.header()).toBe(`${"RULE".padEnd(16)}      N  WHAT\n`);
  expect(wide.line(rows[0]!)).toBe(`${"a".padEnd(16)}      1  short\n`);
  expect(wide.line(rows[1]!)).toContain("x".repeat(100));
  for (const width of [80, 60, 40]) {
    const narrow = layoutTable(columns, rows, width);
    for (const row of rows) expect(narrow.line(row).length - 1).toBeLessThanOrEqual(width);
    expect(narrow.line(rows[1]!)).toContain("…");
  }
});

test("the LATENESS that would have kept 99.9 % is close above the smallest that does", () => {
  const late = new LateEvents(1000);
  // 1,000 of 100,000 were late, by 1 … 1,000 ms: all but 100 have to be kept, which 1,900 ms do.
  for (let i = 1; i <= 1000; i++) late.add("f:1", "late", i);
  const lateness = late.latenessFor(0.999, 100_000);
  expect(lateness).toBeGreaterThanOrEqual(1900);
  expect(lateness).toBeLessThan(2100);
  expect(late.latenessFor(0.99, 100_000)).toBe(1000);
});

test("the stream of a file is its name up to the first dot", () => {
  expect(["a/b.c/payments.2026-01.ndjson.gz", "payments", ".hidden.csv", "-"].map(streamOf)).toEqual([
    "payments",
    "payments",
    ".hidden",
    "stdin",
  ]);
});
