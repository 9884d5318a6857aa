import type { RuleDecl } from "../ast.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { printName } from "../print/name.ts";
import type { Analysis } from "./analysis.ts";
import type { CodeAction, ServiceDiagnostic, TextEdit } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";

/** More cures of one range help no one. */
const MAX_ACTIONS = 50;

export function serviceDiagnostic(
  { level, code, message, hint, fix, span }: Diagnostic,
  source: SourceText,
): ServiceDiagnostic {
  return {
    level,
    code,
    message,
    range: source.range(span),
    ...(hint === undefined ? {} : { hint }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** What would cure the diagnostics of a range. */
export function codeActions(analysis: Analysis, start: number, end: number): readonly CodeAction[] {
  const { source, diagnostics } = analysis;
  const here = diagnostics.filter(({ span }) => span.start <= end && span.end >= start);
  return here.slice(0, MAX_ACTIONS).flatMap((diagnostic) => cures(diagnostic, analysis, source));
}

function cures(diagnostic: Diagnostic, analysis: Analysis, source: SourceText): readonly CodeAction[] {
  const shown = serviceDiagnostic(diagnostic, source);
  const { span, fix, code } = diagnostic;
  const action = (title: string, edits: readonly TextEdit[], preferred = false): CodeAction => ({
    title,
    preferred,
    diagnostic: shown,
    edits,
  });
  const insert = (at: number, text: string): TextEdit => ({ range: source.range({ start: at, end: at }), text });
  if (code === "missing-unit") {
    return ["s", "m", "h", "d", "ms"].map((unit) => {
      const text = `${source.slice(span)}${unit}`;
      return action(`write \`${text}\``, [{ range: shown.range, text }], unit === "s");
    });
  }
  const others = otherCures(diagnostic, analysis, action, insert);
  if (fix === undefined) return others;
  const shownFix = fix.includes("`") ? fix : `\`${fix}\``;
  return [action(`write ${shownFix}`, [{ range: shown.range, text: fix }], true), ...others];
}

/** Cures that are more than the replacement that the diagnostic itself knows. */
function otherCures(
  diagnostic: Diagnostic,
  analysis: Analysis,
  action: MakeAction,
  insert: (at: number, text: string) => TextEdit,
): readonly CodeAction[] {
  const { source } = analysis;
  const { span } = diagnostic;
  const rule = ruleAround(analysis, span.start);
  const name = source.slice(span);
  const isWord = /^\w+$/.test(name);
  const atRuleEnd = (text: string): readonly CodeAction[] =>
    rule === undefined ? [] : [action(`add \`${text}\``, [insert(rule.span.end, `\n  ${text}`)])];
  switch (diagnostic.code) {
    case "expected-duration":
      return isWord ? [action(`declare \`PARAM ${name} = 10s\``, [insert(0, `PARAM ${name} = 10s\n`)])] : [];
    case "unbounded-state":
      return atRuleEnd("EXPIRE AFTER 1d");
    case "missing-emit":
      return atRuleEnd("EMIT HIGH");
    case "missing-when":
      return [action("add `WHEN`", [insert(span.start, "WHEN ")], true)];
    case "sequence-needs-within": {
      const end = rule?.sequence?.span.end;
      return end === undefined ? [] : [action("add `WITHIN 10m`", [insert(end, "\n  WITHIN 10m")])];
    }
    case "null-comparison":
      return nullComparison(source, span, action);
    case "duplicate-alias": {
      const alias = freeName(analysis, "step");
      return isWord ? [action(`write \`${alias}: ${name}\``, [insert(span.start, `${alias}: `)])] : [];
    }
    case "duplicate-rule": {
      if (rule === undefined || rule.name !== undefined) return [];
      const free = freeName(analysis, "rule");
      return [action(`name the rule \`${free}\``, [insert(rule.span.start, `RULE ${free}\n  `)])];
    }
    case "unknown-field":
      return declareField(diagnostic, analysis, action, insert);
    default:
      return [];
  }
}

type MakeAction = (title: string, edits: readonly TextEdit[], preferred?: boolean) => CodeAction;

function ruleAround({ file }: Analysis, offset: number): RuleDecl | undefined {
  const found = file.declarations.findLast(({ span }) => span.start <= offset && offset <= span.end);
  return found?.kind === "rule" ? found : undefined;
}

/** `x = NULL` is never TRUE. */
function nullComparison(source: SourceText, span: Diagnostic["span"], action: MakeAction): readonly CodeAction[] {
  const match = /^([^]*?)\s*(=|==|!=|<>)\s*NULL$/i.exec(source.slice(span));
  if (match === null) return [];
  const [, operand = "", op] = match;
  const test = op === "=" || op === "==" ? "IS NULL" : "IS NOT NULL";
  return [action(`write \`${test}\``, [{ range: source.range(span), text: `${operand} ${test}` }], true)];
}

/** Adds a field to the stream that lacks it. */
function declareField(
  { span, message }: Diagnostic,
  { checked, file, source }: Analysis,
  action: MakeAction,
  insert: (at: number, text: string) => TextEdit,
): readonly CodeAction[] {
  const [, stream] = /^stream `(.+)` has no field/.exec(message) ?? [];
  const decl = stream === undefined ? undefined : checked.names.streams.get(stream);
  const last = decl?.fields?.at(-1);
  if (decl === undefined || last === undefined || !file.declarations.includes(decl)) return [];
  const name = source.slice(span).replaceAll("`", "");
  if (!/^\w+$/.test(name)) return [];
  return [action(`declare \`${name}\` in STREAM ${stream}`, [insert(last.span.end, `, ${printName(name)}?: ANY`)])];
}

/** A name that the file does not hold. */
function freeName({ source }: Analysis, base: string): string {
  const words = new Set(source.lexed.tokens.map(({ text }) => text));
  let number = 1;
  while (words.has(`${base}${number}`)) number += 1;
  return `${base}${number}`;
}
