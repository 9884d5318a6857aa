import { runTest, type TestResult } from "@weir/core";
import { compileFiles, type FileDiagnostic, type RuleFile } from "@weir/dsl";
import type { TestSource } from "./find-sources.ts";

/** What testing one source came to. */
export interface SourceRun {
  readonly source: TestSource;
  /** Empty where the rules have errors. */
  readonly results: readonly TimedResult[];
  readonly ok: boolean;
  readonly diagnostics: readonly FileDiagnostic[];
}

export interface TimedResult extends TestResult {
  /** How long it took. */
  readonly tookMs: number;
}

/** Runs the TEST blocks of a source, which may use what the files `beside` it declare. */
export function runSource(source: TestSource, beside: readonly RuleFile[], now: () => number): SourceRun {
  const compiled = compileFiles([...beside, { name: source.file, text: source.text }]);
  if (!compiled.ok) return { source, results: [], ok: false, diagnostics: compiled.diagnostics };
  const { plan, tests, diagnostics } = compiled;
  const results = tests
    .filter(({ file }) => file === source.file)
    .map((test): TimedResult => {
      const startedAt = now();
      const result = runTest(plan, test);
      return { ...result, tookMs: now() - startedAt };
    });
  return { source, results, ok: true, diagnostics };
}
