import type { Plan } from "@weir/core";
import { compileFiles, type FileDiagnostic } from "@weir/dsl";
import { CommandError, exitCode } from "../exit-code.ts";
import type { Console } from "../terminal/console.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { readRuleFiles } from "./read-rules.ts";

/**
 * Reads and compiles rule files into one plan, and prints what there is to say about them on standard error.
 * Throws `CommandError` where they have errors.
 */
export async function compileRules(paths: readonly string[], console: Console): Promise<Plan> {
  const files = await readRuleFiles(paths);
  const compiled = compileFiles(files);
  printDiagnostics(compiled.diagnostics, files, console.err);
  if (!compiled.ok) {
    throw new CommandError(exitCode.usage, `the rules have ${countErrors(compiled.diagnostics)}`);
  }
  return compiled.plan;
}

export function countErrors(diagnostics: readonly FileDiagnostic[]): string {
  const count = diagnostics.filter(({ diagnostic }) => diagnostic.level === "error").length;
  return count === 1 ? "1 error" : `${count} errors`;
}
