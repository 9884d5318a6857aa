import { compile, type Diagnostic, type DiagnosticCode, diagnosticCodes, renderDiagnostic } from "@weir/dsl";
import { type DiagnosticExample, diagnosticExamples } from "./diagnostic-examples.ts";

/** The diagnostic of a code that its example gives; undefined where it gives none. */
export function exampleOf(code: DiagnosticCode): Diagnostic | undefined {
  const example = diagnosticExamples[code];
  return example === null ? undefined : diagnosticsOf(example).find((diagnostic) => diagnostic.code === code);
}

function diagnosticsOf(example: DiagnosticExample): readonly Diagnostic[] {
  return compile(textOf(example)).diagnostics;
}

function textOf(example: DiagnosticExample): string {
  return typeof example === "string" ? example : example.text;
}

/** docs/diagnostics.md: every code with an example of it, as the command prints it. */
export function diagnosticsPage(): string {
  const codes = (Object.keys(diagnosticExamples) as DiagnosticCode[]).toSorted();
  return `<!-- Made by \`npm run docs\` from the catalogue of codes and scripts/docs/diagnostic-examples.ts. -->

# What the compiler says

A diagnostic has a stable code, a place, a sentence and, where one is known, a hint. Errors keep a file from running; warnings and hints
do not. All errors of a file are reported, not the first alone. \`weir check --json\` prints them as data.

${codes.map((code) => section(code)).join("\n")}`;
}

function section(code: DiagnosticCode): string {
  const example = diagnosticExamples[code];
  const what = `${diagnosticCodes[code].charAt(0).toUpperCase()}${diagnosticCodes[code].slice(1)}.`;
  const head = `## ${code}\n\n${what}\n`;
  if (example === null) return head;
  if (typeof example !== "string") return `${head}\nExample: ${example.shown}.\n`;
  const diagnostic = exampleOf(code);
  if (diagnostic === undefined) throw new Error(`the example of ${code} does not give it`);
  return `${head}\n\`\`\`text\n${renderDiagnostic(diagnostic, example, "rules.weir", { color: false })}\n\`\`\`\n`;
}
