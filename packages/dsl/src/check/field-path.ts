import type { Expr } from "../ast.ts";
import type { Names } from "./names.ts";

/** The names of a path to a field of the event, LETs written out; `null` of any other expression. */
export function fieldPath(expr: Expr, names: Names): readonly string[] | null {
  if (expr.kind === "member") {
    const object = fieldPath(expr.object, names);
    return object === null ? null : [...object, expr.name.text];
  }
  if (expr.kind !== "name" || names.params.has(expr.name) || names.tables.has(expr.name)) return null;
  const declared = names.lets.get(expr.name);
  if (declared === undefined) return [expr.name];
  return declared.unsound ? null : fieldPath(declared.decl.value, names);
}
