import type { Expr } from "../ast.ts";
import { MAX_OPERATORS } from "../limits.ts";
import { expressionChildren } from "../expression-children.ts";
import type { Cursor } from "./cursor.ts";

/**
 * The expression, unless its tree is higher than `MAX_OPERATORS`: then that is reported. So whoever walks a tree may recurse.
 * Chains of operators are parsed in loops and are as high as they are long.
 */
export function checkHeight(c: Cursor, expr: Expr): Expr {
  let level: Expr[] = [expr];
  for (let height = 0; level.length > 0; height++) {
    if (height > MAX_OPERATORS) {
      c.error("too-deep", expr.span, `the expression has more than ${MAX_OPERATORS} operators in a row`, {
        hint: "use IN (…) for many values of one field, or name parts with LET",
      });
      return { kind: "error", span: expr.span };
    }
    const next: Expr[] = [];
    for (const node of level) for (const child of expressionChildren(node)) next.push(child);
    level = next;
  }
  return expr;
}
