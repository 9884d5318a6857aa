import { alertText, expectText, runTest, type RunTestOptions, testTimeText, type TestResult } from "@weir/core";
import { compileRules } from "./rules.ts";

/** A TEST block as a test of any runner: `for (const { name, run } of ruleTests(text)) test(name, run);` */
export interface RuleTest {
  readonly name: string;
  /** Throws an error that says what came otherwise. */
  readonly run: () => void;
}

/** The TEST blocks of a rule file. Throws `RulesError` where the text has errors. */
export function ruleTests(text: string, options: RunTestOptions = {}): readonly RuleTest[] {
  const { plan, tests } = compileRules(text);
  return tests.map((test) => ({
    name: test.title,
    run: () => {
      const result = runTest(plan, test, options);
      if (!result.passed) throw new Error(whatFailed(result));
    },
  }));
}

function whatFailed({ test, missing, unexpected, alerts, setAside, problem }: TestResult): string {
  if (problem !== null) return `the test cannot be run: ${problem}`;
  return [
    `TEST "${test.title}" (line ${test.line})`,
    ...missing.map(({ expect }) => `  did not come: ${expectText(expect)} (line ${expect.line})`),
    ...unexpected.map((alert) => `  nothing expects: ${alertText(alert)}`),
    ...setAside.map(({ kind, stream, reason }) => `  an event of ${stream} is ${kind}: ${reason}`),
    alerts.length === 0 ? "  no alert came" : `  alerts came at ${alerts.map(({ at }) => testTimeText(at)).join(", ")}`,
  ].join("\n");
}
