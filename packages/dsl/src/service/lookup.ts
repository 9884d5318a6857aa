import type { CallExpr, AggregateExpr, Declaration, Expr, RuleDecl, Span } from "../ast.ts";
import { usesUnsoundLet } from "../check/expanded-parts.ts";
import type { RuleFacts } from "../check/rule-facts.ts";
import type { Analysis } from "./analysis.ts";
import type { Occurrence } from "./occurrence.ts";
import { ruleReading } from "./rule-reading.ts";
import { walk } from "./walk.ts";

export function covers({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** The declaration that an offset lies in, its ends included. */
export function declarationAt({ file }: Analysis, offset: number): Declaration | undefined {
  const found = file.declarations.filter(({ span }) => covers(span, offset));
  // Where one begins directly behind another, the one that begins.
  return found.at(-1);
}

/** The place of a name at an offset; of a text that names two things the value, not the name that it gets. */
export function occurrenceAt(occurrences: readonly Occurrence[], offset: number): Occurrence | undefined {
  const found = occurrences.filter(({ span }) => covers(span, offset));
  return found.find(({ kind }) => kind !== "data") ?? found[0];
}

/** The innermost expression around an offset, with those around it, from the outside to the inside. */
export function expressionsAt(declaration: Declaration, offset: number): readonly Expr[] {
  const found: Expr[] = [];
  walk(declaration, ({ node, field }) => {
    const span = node["span"] as Span | undefined;
    if (span !== undefined && !covers(span, offset)) return false;
    const kind = node["kind"];
    const isExpression = typeof kind === "string" && EXPRESSIONS.has(kind) && field !== "literal" && span !== undefined;
    if (isExpression) found.push(node as unknown as Expr);
    return true;
  });
  return found;
}

const EXPRESSIONS: ReadonlySet<string> = new Set(
  "number duration string boolean null name member index unary binary in between text is-null case call aggregate".split(
    " ",
  ),
);

/** The function or aggregate whose name stands at an offset. */
export function callAt(expressions: readonly Expr[], offset: number): CallExpr | AggregateExpr | undefined {
  return expressions.find(
    (expr): expr is CallExpr | AggregateExpr =>
      (expr.kind === "call" || expr.kind === "aggregate") && covers(expr.nameSpan, offset),
  );
}

/** What follows from the clauses of a rule; `undefined` of one that was not looked at. */
export function factsOf({ checked }: Analysis, decl: RuleDecl): RuleFacts | undefined {
  return checked.rules.find((facts) => facts.decl === decl);
}

/** A rule in one sentence; `undefined` where it is unsound. */
export function readingOf(analysis: Analysis, facts: RuleFacts): string | undefined {
  const { diagnostics, checked, source } = analysis;
  const { decl } = facts;
  if (decl.branches.length === 0) return undefined;
  const broken = diagnostics.some(
    ({ level, span }) => level === "error" && span.start >= decl.span.start && span.start <= decl.span.end,
  );
  const exprs = [...decl.branches.flatMap(({ when }) => when ?? []), ...facts.keys.map(({ expr }) => expr)];
  if (broken || exprs.some((expr) => usesUnsoundLet(expr, checked.names))) return undefined;
  return ruleReading(facts, checked, source.text);
}
