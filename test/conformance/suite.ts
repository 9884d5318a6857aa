import { compile } from "@weir/dsl";
import { describe, expect, it, test } from "vitest";
import { asExpected, type ConformanceCase, type FoundAlert, loadCases, normalised } from "./cases.ts";
import { runTestBlocks } from "./test-blocks.ts";

export interface Given {
  readonly text: string;
  readonly events: readonly { readonly stream: string; readonly event: Readonly<Record<string, unknown>> }[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly tables?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly until?: number;
}

export interface Found {
  readonly alerts: readonly FoundAlert[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs the worked cases through something that evaluates rules, and may have a way of its own to run TEST blocks. */
export function conformanceSuite(
  name: string,
  run: (given: Given) => Found,
  runTests: (text: string) => "holds" | "fails" = (text) => runTestBlocks(text, run),
): void {
  const cases = loadCases();
  if (cases === null) {
    test.skip(`${name}: the worked cases are not here (../shared/conformance/cases.json)`);
    return;
  }
  describe(name, () => {
    it.each(cases.map((given, index) => ({ ...given, title: `${index} ${given.name}` })))("$title", (given) => {
      if (given.error === true) expectRefusal(given);
      else if (given.tests !== undefined) expect(runTests(given.rules)).toBe(given.tests);
      else expectAlerts(given, run);
    });
  });
}

function expectRefusal(given: ConformanceCase): void {
  const { ok, diagnostics } = compile(given.rules);
  expect(ok).toBe(false);
  expect(diagnostics.some(({ level }) => level === "error")).toBe(true);
}

function expectAlerts(given: ConformanceCase, run: (given: Given) => Found): void {
  const found = run({
    text: given.rules,
    events: (given.events ?? []).map(({ stream, ...event }) => ({ stream, event })),
    ...(given.params === undefined ? {} : { params: given.params }),
    ...(given.tables === undefined ? {} : { tables: given.tables }),
    ...(given.until === undefined ? {} : { until: given.until }),
  });
  const expected = given.expect ?? [];
  expect(found.alerts.map((alert, i) => asExpected(alert, expected[i]))).toEqual(expected.map(normalised));
  for (const [count, value] of Object.entries(given.counts ?? {})) {
    expect([count, found.counts[count]]).toEqual([count, value]);
  }
}
