import type { AggregateExpr, Expr, Span } from "../ast.ts";
import { expandedParts } from "./expanded-parts.ts";
import type { Names } from "./names.ts";
import type { RuleFacts } from "./rule-facts.ts";

/** Aggregates without a window that keep every value. */
const keepsAll: ReadonlySet<string> = new Set(["MEDIAN", "PERCENTILE"]);

/** Warns of state that grows for as long as new keys or values come, and that nothing expires. */
export function checkState(facts: RuleFacts, names: Names): void {
  const { decl, keys, rule, sequence } = facts;
  if (decl.expire !== undefined || rule.unit.report.isBroken(decl.span)) return;
  const parts = expressionsOf(facts).flatMap((expr) => expandedParts(expr, names));
  const aggregates = parts.filter((part): part is AggregateExpr => part.kind === "aggregate");
  const unwindowed = decl.window === undefined || decl.window.kind === "last";
  const first = keys[0];
  if (first !== undefined) {
    const why = whatKeysKeep(facts, parts, aggregates, unwindowed);
    if (why === undefined) return;
    warn(facts, withinRule(first.span, facts), `${why} is kept for every key that ever came`);
    return;
  }
  if (decl.window !== undefined || sequence !== null) return;
  const all = aggregates.find(({ name, distinct, over }) => over === undefined && (keepsAll.has(name) || distinct));
  if (all === undefined) return;
  const what = all.distinct ? "every different value" : "every value";
  warn(facts, withinRule(all.span, facts), `${all.name} without a window keeps ${what} that ever came`);
}

function whatKeysKeep(
  { decl, sequence }: RuleFacts,
  parts: readonly Expr[],
  aggregates: readonly AggregateExpr[],
  unwindowed: boolean,
): string | undefined {
  if (sequence !== null) return decl.window === undefined ? "what has begun to match" : undefined;
  const before = parts.find((part) => part.kind === "call" && ["PREV", "ELAPSED", "SPEED_KMH"].includes(part.name));
  if (before !== undefined) return "the newest event";
  return unwindowed && aggregates.some(({ over }) => over === undefined) ? "the state" : undefined;
}

function expressionsOf({ decl }: RuleFacts): readonly Expr[] {
  const found: Expr[] = [];
  for (const { when, emit } of decl.branches) {
    if (when !== undefined) found.push(when);
    for (const part of emit.message?.parts ?? []) if (typeof part !== "string") found.push(part);
    for (const { value } of emit.data ?? []) found.push(value);
  }
  if (decl.cooldown?.per !== undefined) found.push(decl.cooldown.per);
  return found;
}

function warn({ rule }: RuleFacts, span: Span, message: string): void {
  rule.unit.report.warning("unbounded-state", span, message, {
    hint: "add EXPIRE AFTER and the age at which it may be forgotten",
  });
}

/** What a LET brought is pointed at where the rule begins. */
function withinRule(span: Span, { decl }: RuleFacts): Span {
  if (span.start >= decl.span.start && span.end <= decl.span.end) return span;
  return decl.name?.span ?? { start: decl.span.start, end: decl.span.start + 1 };
}
