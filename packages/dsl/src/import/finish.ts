import { compile } from "../compile/compile.ts";
import { format } from "../print/print.ts";
import type { Finding, Imported } from "./imported.ts";
import { comment } from "./rule-text.ts";

/** One rule of the source, and the declarations it became; none where it could not be imported. */
export interface ImportedRule {
  readonly title: string;
  /** Where it begins in the source, or in which of several. */
  readonly line: number;
  readonly file?: string;
  readonly name: string;
  /** Declarations without comments, the rule last; `null`: see the findings. */
  readonly text: string | null;
  readonly findings: readonly Finding[];
}

/**
 * Writes imported rules as one file.
 *
 * A rule that the compiler refuses becomes an error of its own, so that what comes out always compiles. `origin` says in a
 * comment where the rules came from.
 */
export function finish(origin: string, imported: readonly ImportedRule[]): Imported {
  const rules = imported.map((rule) => (rule.text === null ? rule : compiled(rule)));
  const blocks = rules.map(({ title, line, file, text, findings }) =>
    [
      comment(`${title} (${file === undefined ? "" : `${file}, `}line ${line})`),
      ...findings.map((finding) =>
        comment(`${finding.level === "error" ? "not imported" : "note"}, line ${finding.line}: ${finding.message}`),
      ),
      ...(text === null ? [] : [text]),
    ].join("\n"),
  );
  const text = [comment(origin), ...blocks].join("\n\n");
  const findings = rules.flatMap((rule) => rule.findings);
  const error = firstError(text);
  if (error !== undefined) {
    const finding: Finding = { level: "error", line: 1, message: `together the rules are refused: ${error}` };
    return { text: `${comment(origin)}\n`, rules: [], findings: [...findings, finding] };
  }
  return {
    text: format(`${text}\n`).text,
    rules: rules.filter((rule) => rule.text !== null).map(({ name }) => name),
    findings,
  };
}

function firstError(text: string): string | undefined {
  return compile(text).diagnostics.find(({ level }) => level === "error")?.message;
}

/** Declarations are compiled alone: streams and rules that others of the file derive need not be there. */
function compiled(rule: ImportedRule): ImportedRule {
  const error = firstError(rule.text ?? "");
  if (error === undefined) return rule;
  const finding: Finding = {
    level: "error",
    ...(rule.file === undefined ? {} : { file: rule.file }),
    line: rule.line,
    message: `the rule that it becomes is refused: ${error}`,
  };
  return { ...rule, text: null, findings: [...rule.findings, finding] };
}
