import { compileFiles } from "@weir/dsl";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { countErrors } from "../rules/compile-rules.ts";
import { printDiagnostics } from "../rules/print-diagnostics.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import type { Console } from "../terminal/console.ts";

export interface CheckOptions {
  readonly json?: boolean;
}

/** Says what is wrong with rule files, taken together as `replay` would. */
export async function check(paths: readonly string[], options: CheckOptions, console: Console): Promise<ExitCode> {
  const files = await readRuleFiles(paths);
  const { ok, diagnostics } = compileFiles(files);
  if (options.json === true) {
    for (const { file, diagnostic } of diagnostics) console.out.write(`${JSON.stringify({ file, ...diagnostic })}\n`);
  } else {
    printDiagnostics(diagnostics, files, console.out);
    const warnings = diagnostics.filter(({ diagnostic }) => diagnostic.level === "warning").length;
    const verdict = ok ? console.paintOut("green", "ok") : console.paintOut("red", countErrors(diagnostics));
    const also = warnings === 0 ? "" : warnings === 1 ? ", 1 warning" : `, ${warnings} warnings`;
    console.out.write(`${files.length === 1 ? files[0]!.name : `${files.length} files`}: ${verdict}${also}\n`);
  }
  return ok ? exitCode.ok : exitCode.usage;
}
