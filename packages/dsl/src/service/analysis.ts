import type { Declaration, SourceFile } from "../ast.ts";
import type { Checked } from "../check/check.ts";
import type { Findings } from "../check/findings.ts";
import type { HostFunction, Unit } from "../check/names.ts";
import { Report } from "../check/report.ts";
import { compileUnits } from "../compile/compile-files.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { SourceText } from "./source-text.ts";

/** A file with what its text means, by itself and beside the files around it. */
export interface Analysis {
  readonly source: SourceText;
  readonly file: SourceFile;
  readonly unit: Unit;
  readonly checked: Checked;
  readonly findings: Findings;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks one file as `weir check` would, with the declarations of the files around it known.
 *
 * The file comes first: where another declares the same name, it is the other that is in the wrong, and nothing of it is said here.
 */
export function analyse(
  source: SourceText,
  around: readonly SourceText[],
  functions: ReadonlyMap<string, HostFunction>,
): Analysis {
  const { file, diagnostics } = source.parsed;
  const unit: Unit = { name: source.file, file, report: new Report(source.text, diagnostics) };
  const findings: Findings = new Map();
  const { checked } = compileUnits([unit, ...around.map(declarationsOf)], functions, findings);
  return { source, file, unit, checked, findings, diagnostics: unit.report.all() };
}

/** What a file gives to others: what it declares, and the rules that write streams. */
export function declarationsOf(source: SourceText): Unit {
  const { file, diagnostics } = source.parsed;
  const declarations = file.declarations.filter(givesToOthers);
  return { name: source.file, file: { ...file, declarations }, report: new Report("", diagnostics) };
}

export function givesToOthers(declaration: Declaration): boolean {
  switch (declaration.kind) {
    case "test":
      return false;
    case "rule":
      return declaration.branches.some(({ emit }) => emit.into !== undefined);
    default:
      return true;
  }
}
