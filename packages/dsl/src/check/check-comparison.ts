import type { Expr, Node } from "../ast.ts";
import { at, type Scope } from "./scope.ts";
import { isKnown, isOrdered, type Type, withArticle } from "./type.ts";

type Pair<T> = readonly [T, T];

/** `=`, `!=`, IN: values of different types are never equal. */
export function checkEquality(place: Node, [left, right]: Pair<Expr>, [a, b]: Pair<Type>, scope: Scope): void {
  if (isNullLiteral(left, right, scope, place)) return;
  if (!isKnown(a) || !isKnown(b) || a.name === b.name) return;
  mismatch(
    place,
    [left, right],
    scope,
    `${withArticle(a.name)} is never equal to ${withArticle(b.name)}`,
    hintFor(a, b),
  );
}

/** `<`, BETWEEN …: values of different types have no order, nor have BOOLEANs, lists and objects. */
export function checkOrder(place: Node, [left, right]: Pair<Expr>, [a, b]: Pair<Type>, scope: Scope): void {
  if (isNullLiteral(left, right, scope, place)) return;
  for (const [expr, type] of [
    [left, a],
    [right, b],
  ] as const) {
    if (!isKnown(type) || isOrdered(type)) continue;
    const text = scope.report.quote(expr.span);
    scope.report.error(
      "type-mismatch",
      at(scope, expr.span),
      `${text} is ${withArticle(type.name)}, which has no order`,
    );
    return;
  }
  if (!isKnown(a) || !isKnown(b) || a.name === b.name) return;
  mismatch(
    place,
    [left, right],
    scope,
    `${withArticle(a.name)} and ${withArticle(b.name)} have no order`,
    hintFor(a, b),
  );
}

/** An error where a type is declared or follows from a function; between literals it may be meant, as NULL. */
export function mismatch(
  place: Node,
  operands: Pair<Expr>,
  scope: Scope,
  message: string,
  advice: { readonly hint?: string },
): void {
  const span = at(scope, place.span);
  if (operands.every(isLiteral)) scope.report.warning("type-mismatch", span, message, advice);
  else scope.report.error("type-mismatch", span, message, advice);
}

export function hintFor(a: Type, b: Type): { readonly hint?: string } {
  const names = [a.name, b.name];
  if (!names.includes("NUMBER") && !names.includes("STRING")) return {};
  if (names.includes("TIME")) return { hint: 'TIME(…) makes a time of a number or a text: TIME("2026-01-31")' };
  if (names.includes("DURATION")) return { hint: "write a duration, `10s`, or a number, SECONDS(…)" };
  return names.includes("NUMBER") && names.includes("STRING") ? { hint: "numbers stand without quotes" } : {};
}

function isNullLiteral(left: Expr, right: Expr, scope: Scope, place: Node): boolean {
  if (left.kind !== "null" && right.kind !== "null") return false;
  scope.report.warning("null-comparison", at(scope, place.span), "a comparison with NULL is never TRUE", {
    hint: "write IS NULL or IS NOT NULL",
  });
  return true;
}

function isLiteral(expr: Expr): boolean {
  switch (expr.kind) {
    case "number":
    case "duration":
    case "string":
    case "boolean":
    case "null":
      return true;
    case "unary":
      return isLiteral(expr.operand);
    case "binary":
      return isLiteral(expr.left) && isLiteral(expr.right);
    default:
      return false;
  }
}
