import type { Expr } from "../ast.ts";
import { expressionChildren } from "../expression-children.ts";
import type { Names } from "./names.ts";

/** An expression and all inside of it, LETs written out, from left to right. */
export function expandedParts(expr: Expr, names: Names): readonly Expr[] {
  const parts: Expr[] = [];
  const rest: Expr[] = [expr];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    parts.push(next);
    const declared = next.kind === "name" && !names.params.has(next.name) ? names.lets.get(next.name) : undefined;
    if (declared?.unsound === false) rest.push(declared.decl.value);
    rest.push(...expressionChildren(next).toReversed());
  }
  return parts;
}

/** Whether an expression uses a LET that something is wrong with, which was said at the LET: it cannot be written out. */
export function usesUnsoundLet(expr: Expr, names: Names): boolean {
  return expandedParts(expr, names).some(
    (part) => part.kind === "name" && !names.params.has(part.name) && names.lets.get(part.name)?.unsound === true,
  );
}
