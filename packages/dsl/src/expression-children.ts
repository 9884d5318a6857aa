import type { Expr } from "./ast.ts";

/** The expressions directly inside of one, in the order of the text. */
export function expressionChildren(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "member":
      return [expr.object];
    case "index":
      return [expr.object, expr.index];
    case "unary":
    case "is-null":
      return [expr.operand];
    case "binary":
      return [expr.left, expr.right];
    case "in":
      return [expr.operand, ...(expr.items ?? []), ...(expr.list === undefined ? [] : [expr.list])];
    case "between":
      return [expr.operand, expr.low, expr.high];
    case "text":
      return [expr.operand, expr.pattern];
    case "case":
      return [...expr.arms.flatMap((arm) => [arm.when, arm.then]), ...(expr.else === undefined ? [] : [expr.else])];
    case "call":
    case "aggregate":
      return expr.args;
    default:
      return [];
  }
}
