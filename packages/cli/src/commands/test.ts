import { writeFile } from "node:fs/promises";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { printDiagnostics } from "../rules/print-diagnostics.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import type { Console } from "../terminal/console.ts";
import { printable } from "../terminal/style.ts";
import { failureTexts } from "../test-runs/failure-text.ts";
import { findSources } from "../test-runs/find-sources.ts";
import { junitXml } from "../test-runs/junit.ts";
import { runSource, type SourceRun, type TimedResult } from "../test-runs/run-sources.ts";

export interface TestOptions {
  readonly json?: boolean;
  /** Where to write JUnit XML. */
  readonly junit?: string;
  /** Rule files whose declarations every tested file may use. */
  readonly with?: readonly string[];
}

/** Runs the TEST blocks of rule files and of the `weir` blocks of Markdown files, each file and each block by itself. */
export async function test(paths: readonly string[], options: TestOptions, console: Console): Promise<ExitCode> {
  const beside = await readRuleFiles(options.with ?? []);
  const sources = await findSources(paths);
  const runs: SourceRun[] = [];
  let printedFile: string | null = null;
  for (const source of sources) {
    const run = runSource(source, beside, () => performance.now());
    runs.push(run);
    printProblems(run, beside, console);
    for (const result of run.results) {
      if (options.json === true) console.out.write(`${JSON.stringify(jsonOf(source.file, result))}\n`);
      else {
        if (printedFile !== source.file) console.out.write(`${console.paintOut("bold", printable(source.file))}\n`);
        printedFile = source.file;
        printResult(source.file, result, console);
      }
    }
    await console.out.drain();
    if (console.out.closed) break;
  }
  if (options.junit !== undefined) await writeJunit(options.junit, runs);
  return conclude(runs, options, console);
}

/** Errors, and the warnings that are about tests. */
function printProblems(
  { source, diagnostics }: SourceRun,
  beside: Parameters<typeof runSource>[1],
  console: Console,
): void {
  const shown = diagnostics.filter(({ diagnostic: d }) => d.level === "error" || d.code.startsWith("test-"));
  printDiagnostics(shown, [...beside, { name: source.file, text: source.text }], console.err);
}

function printResult(file: string, result: TimedResult, { out, paintOut }: Console): void {
  const { test: block, passed } = result;
  if (passed) {
    out.write(`  ${paintOut("green", "✓")} ${printable(block.title)}\n`);
    return;
  }
  out.write(
    `  ${paintOut("red", "✗")} ${printable(block.title)} ${paintOut("dim", `(${printable(file)}:${block.line})`)}\n`,
  );
  for (const line of failureTexts(result, paintOut)) out.write(`      ${line}\n`);
}

function jsonOf(file: string, result: TimedResult): object {
  const { test: block, passed, problem, alerts, unexpected, missing, setAside } = result;
  return {
    file,
    line: block.line,
    title: block.title,
    passed,
    problem,
    alerts,
    missing: missing.map(({ expect, why }) => ({ ...expect, why })),
    unexpected,
    setAside,
  };
}

async function writeJunit(path: string, runs: readonly SourceRun[]): Promise<void> {
  try {
    await writeFile(path, junitXml(runs));
  } catch (error) {
    throw new CommandError(exitCode.usage, `cannot write \`${path}\`: ${error instanceof Error ? error.message : ""}`);
  }
}

function conclude(runs: readonly SourceRun[], options: TestOptions, console: Console): ExitCode {
  const results = runs.flatMap((run) => run.results);
  const broken = runs.filter(({ ok }) => !ok).length;
  const counts = {
    files: new Set(runs.filter((run) => run.results.length > 0).map(({ source }) => source.file)).size,
    tests: results.length,
    passed: results.filter(({ passed }) => passed).length,
    failed: results.filter(({ passed }) => !passed).length,
    broken,
  };
  if (options.json === true) console.err.write(`${JSON.stringify(counts)}\n`);
  else if (results.length > 0) {
    const verdict =
      counts.failed === 0
        ? console.paintOut("green", `${counts.passed} passed`)
        : `${counts.passed} passed, ${console.paintOut("red", `${counts.failed} failed`)}`;
    const files = counts.files === 1 ? "1 file" : `${counts.files} files`;
    console.out.write(`\n${counts.tests === 1 ? "1 test" : `${counts.tests} tests`} in ${files}: ${verdict}\n`);
  }
  if (broken > 0) {
    console.complain(`${broken === 1 ? "1 file or block has" : `${broken} files or blocks have`} errors`);
    return exitCode.usage;
  }
  if (results.length === 0) {
    console.complain(
      "there is no TEST block in what was named",
      "rule files (.weir) and the ```weir blocks of Markdown files (.md) are looked at",
    );
    return exitCode.usage;
  }
  return counts.failed === 0 ? exitCode.ok : exitCode.failed;
}
