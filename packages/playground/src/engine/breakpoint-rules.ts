import { compile, type Diagnostic, parse, type RuleDecl, type SourceFile } from "@weir/dsl";
import type { Plan } from "@weir/core";
import { planOfRule } from "./rule-closure.ts";

export type BreakpointPlan = { readonly plan: Plan; readonly rule: string } | { readonly problem: string };

/**
 * A rule as it is but for its condition: it fires when `when` becomes true, for the same keys in the same window. The rules whose streams it
 * reads stay as they are.
 */
export function breakpointPlan(text: string, rule: string, when: string): BreakpointPlan {
  const { file } = parse(text);
  const rules = file.declarations.filter((declaration): declaration is RuleDecl => declaration.kind === "rule");
  const at = rules.findIndex((decl, i) => (decl.name?.text ?? `rule_${i + 1}`) === rule);
  const target = rules[at];
  const begin = target?.branches[0]?.span.start;
  if (target === undefined || begin === undefined) return { problem: `there is no rule ${rule}` };
  const { expire } = target;
  const kept = expire !== undefined && expire.span.start >= begin ? ` EXPIRE AFTER ${slice(text, expire.span)}` : "";
  const untested = withoutTests(text, file);
  const head = untested.slice(0, begin);
  const compiled = compile(`${head}WHEN ${when}\nEMIT INFO${kept}\n${untested.slice(target.span.end)}`);
  // What is wrong in front of the condition, or behind it, is wrong with the rules as they are, and is said there.
  const lines = head.split("\n").length;
  if (!compiled.ok) return { problem: firstError(compiled.diagnostics, begin, begin + when.length + 30, lines) };
  const name = compiled.plan.rules[at]?.name ?? rule;
  return { plan: planOfRule(compiled.plan, name), rule: name };
}

/** The condition that a rule has: what a breakpoint may begin from. */
export function conditionOf(text: string, rule: string): string {
  const { file } = parse(text);
  const rules = file.declarations.filter((declaration): declaration is RuleDecl => declaration.kind === "rule");
  const target = rules.find((decl, i) => (decl.name?.text ?? `rule_${i + 1}`) === rule);
  const when = target?.branches.find((branch) => branch.when !== undefined)?.when;
  return when === undefined ? "" : slice(text, when.span).replaceAll(/\s+/g, " ");
}

/** Tests expect of the rule what it says as it is. What is left stays where it was. */
function withoutTests(text: string, { declarations }: SourceFile): string {
  return declarations
    .filter(({ kind }) => kind === "test")
    .reduce((left, { span: { start, end } }) => left.slice(0, start) + " ".repeat(end - start) + left.slice(end), text);
}

function slice(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return text.slice(start, end);
}

function firstError(diagnostics: readonly Diagnostic[], from: number, to: number, line: number): string {
  const errors = diagnostics.filter(({ level }) => level === "error");
  const own = errors.find(({ span }) => span.start >= from && span.start <= to) ?? errors[0];
  if (own === undefined) return "the condition cannot be read";
  const isOwn = own.span.start >= from && own.line >= line;
  return own.hint === undefined || !isOwn ? own.message : `${own.message}: ${own.hint}`;
}
