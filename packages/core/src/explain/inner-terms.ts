import type { PlanExpr, RulePlan } from "../plan.ts";
import { expressionText } from "./expression-text.ts";

/** So many of an expression are shown. */
const maxTerms = 12;

/**
 * What an expression is computed from: its aggregates, fields, PARAMs and the like, by their text. Empty where it is one of these itself,
 * since then its own value says it.
 */
export function innerTerms(expr: PlanExpr, rule: RulePlan): ReadonlyMap<string, PlanExpr> {
  const terms = new Map<string, PlanExpr>();
  if (!isTerm(expr)) gather(expr, rule, terms);
  return terms;
}

function gather(expr: PlanExpr, rule: RulePlan, terms: Map<string, PlanExpr>): void {
  if (terms.size >= maxTerms) return;
  if (isTerm(expr)) {
    terms.set(expressionText(expr, rule), expr);
    return;
  }
  for (const part of partsOf(expr)) gather(part, rule, terms);
}

function isTerm(expr: PlanExpr): boolean {
  switch (expr.op) {
    case "param":
    case "field":
    case "key":
    case "bound":
    case "aggregate":
    case "prev":
    case "elapsed":
    case "speed":
    case "event-time":
    case "stream-name":
    case "row":
      return true;
    case "member":
    case "index":
      return isTerm(expr.object);
    default:
      return false;
  }
}

function partsOf(expr: PlanExpr): readonly PlanExpr[] {
  switch (expr.op) {
    case "not":
    case "negate":
    case "is-null":
      return [expr.arg];
    case "and":
    case "or":
    case "call":
      return expr.args;
    case "compare":
    case "arithmetic":
      return [expr.left, expr.right];
    case "in":
      return [expr.arg, ...expr.items];
    case "in-list":
      return [expr.arg, expr.list];
    case "in-table":
      return [expr.key];
    case "between":
      return [expr.arg, expr.low, expr.high];
    case "text":
    case "matches":
      return [expr.arg, expr.pattern];
    case "case":
      return [...expr.arms.flatMap(({ when, then }) => [when, then]), ...(expr.else === null ? [] : [expr.else])];
    case "member":
      return [expr.object];
    case "index":
      return [expr.object, expr.index];
    default:
      return [];
  }
}
