import { type FileDiagnostic, renderDiagnostic } from "@weir/dsl";
import type { Output } from "../terminal/output.ts";
import type { RuleFile } from "./read-rules.ts";

/** Prints diagnostics with the lines of the rules that they are about. */
export function printDiagnostics(
  diagnostics: readonly FileDiagnostic[],
  files: readonly RuleFile[],
  output: Output,
): void {
  const texts = new Map(files.map((file) => [file.name, file.text]));
  for (const { file, diagnostic } of diagnostics) {
    const text = texts.get(file) ?? "";
    output.write(`${renderDiagnostic(diagnostic, text, file, { color: output.color }).trimEnd()}\n\n`);
  }
}
