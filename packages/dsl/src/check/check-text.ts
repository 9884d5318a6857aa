import { compileRegex } from "@weir/core";
import type { Expr, TextExpr } from "../ast.ts";
import { mismatch } from "./check-comparison.ts";
import { resolveName } from "./resolve-name.ts";
import { at, type Scope } from "./scope.ts";
import { booleanType, isKnown, mayBe, type Type, withArticle } from "./type.ts";

/** LIKE, MATCHES, CONTAINS, STARTS WITH, ENDS WITH. */
export function checkText(expr: TextExpr, scope: Scope): Type {
  const { op, operand, pattern } = expr;
  const type = scope.check(operand, scope);
  const patternType = scope.check(pattern, scope);
  const list = type.name === "LIST" && op === "CONTAINS";
  if (!mayBe(type, "STRING") && !list) refuse(expr, operand, type, scope);
  else if (!mayBe(patternType, "STRING") && !(list || (op === "CONTAINS" && !isKnown(type)))) {
    refuse(expr, pattern, patternType, scope);
  } else if (op === "MATCHES") checkPattern(pattern, scope);
  return booleanType;
}

function refuse({ op, operand, pattern }: TextExpr, wrong: Expr, type: Type, scope: Scope): void {
  const text = scope.report.quote(wrong.span);
  const message = `${op} takes a STRING, and ${text} is ${withArticle(type.name)}`;
  mismatch(wrong, [operand, pattern], scope, message, {});
}

/** The pattern is a constant: a string or a PARAM that holds one. */
function checkPattern(pattern: Expr, scope: Scope): void {
  const text = constantText(pattern, scope);
  if (text === null) return;
  if (text === undefined) {
    scope.report.error("not-a-constant", at(scope, pattern.span), "the pattern of MATCHES is a constant", {
      hint: 'a string such as r"^[a-z]+$", or a PARAM that holds one',
    });
    return;
  }
  try {
    compileRegex(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    scope.report.error("bad-pattern", at(scope, pattern.span), `the pattern cannot be read: ${reason}`, {
      hint: "patterns are in RE2 syntax, which has no look-around and no back-references",
    });
  }
}

/** `undefined`: no constant; `null`: nothing to say about it. */
function constantText(pattern: Expr, scope: Scope): string | null | undefined {
  if (pattern.kind === "string") return pattern.value;
  if (pattern.kind === "error") return null;
  if (pattern.kind !== "name") return undefined;
  const found = resolveName(scope, pattern.name, false);
  if (found.kind === "let") return found.declared.unsound ? null : constantText(found.declared.decl.value, scope);
  if (found.kind !== "param") return undefined;
  return typeof found.param.value === "string" ? found.param.value : null;
}
