import { failureLines, runTest, type RunTestOptions, type TestResult } from "@weir/core";
import { compileRules } from "./rules.ts";

/** A TEST block as a test of any runner: `for (const { name, run } of ruleTests(text)) test(name, run);` */
export interface RuleTest {
  readonly name: string;
  /** Throws an error that says what came otherwise, and why. */
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

function whatFailed(result: TestResult): string {
  const { test } = result;
  return [`TEST "${test.title}" (line ${test.line})`, ...failureLines(result).map(({ text }) => `  ${text}`)].join(
    "\n",
  );
}
