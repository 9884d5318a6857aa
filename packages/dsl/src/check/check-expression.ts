import type { CaseExpr, Expr, InExpr, IndexExpr, UnaryExpr } from "../ast.ts";
import { checkAggregate } from "./check-aggregate.ts";
import { checkArithmetic } from "./check-arithmetic.ts";
import { checkCall } from "./check-call.ts";
import { checkEquality, checkOrder } from "./check-comparison.ts";
import { checkMember, checkName, tableNamed } from "./check-name.ts";
import { checkText } from "./check-text.ts";
import { at, type Scope } from "./scope.ts";
import { anyType, booleanType, isKnown, joinTypes, type Type, typeNamed, withArticle } from "./type.ts";

/** Reports what is wrong with an expression where it stands, and gives its type: ANY where it is not known or wrong. */
export function checkExpression(expr: Expr, scope: Scope): Type {
  const type = typeOfExpression(expr, scope);
  // What a LET holds is found where it is declared, not where it is used.
  if (scope.site === null) scope.names.findings?.set(expr, { type, scope });
  return type;
}

function typeOfExpression(expr: Expr, scope: Scope): Type {
  switch (expr.kind) {
    case "number":
      return typeNamed("NUMBER");
    case "duration":
      return typeNamed("DURATION");
    case "string":
      return typeNamed("STRING");
    case "boolean":
      return booleanType;
    case "null":
      return typeNamed("NULL");
    case "error":
      return anyType;
    case "name":
      return checkName(expr, scope);
    case "member":
      return checkMember(expr, scope);
    case "index":
      return checkIndex(expr, scope);
    case "unary":
      return checkUnary(expr, scope);
    case "binary":
      return checkBinary(expr, scope);
    case "in":
      return checkIn(expr, scope);
    case "between": {
      const type = checkExpression(expr.operand, scope);
      checkOrder(expr, [expr.operand, expr.low], [type, checkExpression(expr.low, scope)], scope);
      checkOrder(expr, [expr.operand, expr.high], [type, checkExpression(expr.high, scope)], scope);
      return booleanType;
    }
    case "text":
      return checkText(expr, scope);
    case "is-null":
      checkExpression(expr.operand, scope);
      return booleanType;
    case "case":
      return checkCase(expr, scope);
    case "call":
      return checkCall(expr, scope);
    case "aggregate":
      return checkAggregate(expr, scope);
  }
}

/** An expression that must be TRUE or FALSE. */
export function checkCondition(expr: Expr, scope: Scope, where: string): void {
  const type = checkExpression(expr, scope);
  if (!isKnown(type) || type.name === "BOOLEAN") return;
  const text = scope.report.quote(expr.span);
  scope.report.error(
    "not-a-condition",
    at(scope, expr.span),
    `${where} takes a condition, and ${text} is ${withArticle(type.name)}`,
    {
      hint: type.name === "NUMBER" ? "compare it with something: `… > 0`" : "compare it with something",
    },
  );
}

function checkUnary({ op, operand }: UnaryExpr, scope: Scope): Type {
  if (op === "NOT") {
    checkCondition(operand, scope, "NOT");
    return booleanType;
  }
  const type = checkExpression(operand, scope);
  if (!isKnown(type) || type.name === "NUMBER" || type.name === "DURATION") return type;
  scope.report.error("type-mismatch", at(scope, operand.span), `${withArticle(type.name)} has no negative`);
  return anyType;
}

function checkBinary(expr: Extract<Expr, { kind: "binary" }>, scope: Scope): Type {
  const { op, left, right } = expr;
  switch (op) {
    case "AND":
    case "OR":
      checkCondition(left, scope, op);
      checkCondition(right, scope, op);
      return booleanType;
    case "=":
    case "!=":
      checkEquality(expr, [left, right], [checkExpression(left, scope), checkExpression(right, scope)], scope);
      return booleanType;
    case "<":
    case "<=":
    case ">":
    case ">=":
      checkOrder(expr, [left, right], [checkExpression(left, scope), checkExpression(right, scope)], scope);
      return booleanType;
    default:
      return checkArithmetic(expr, op, checkExpression(left, scope), checkExpression(right, scope), scope);
  }
}

function checkIn(expr: InExpr, scope: Scope): Type {
  const type = checkExpression(expr.operand, scope);
  for (const item of expr.items ?? []) {
    if (item.kind === "null") continue;
    checkEquality(item, [expr.operand, item], [type, checkExpression(item, scope)], scope);
  }
  const { list } = expr;
  if (list === undefined) return booleanType;
  const table = tableNamed(list, scope);
  if (table !== undefined) {
    const keyType = table.row.fields?.types.get(table.decl.key.text) ?? anyType;
    checkEquality(expr.operand, [expr.operand, list], [type, keyType], scope);
    return booleanType;
  }
  const listType = checkExpression(list, scope);
  if (isKnown(listType) && listType.name !== "LIST") {
    const text = scope.report.quote(list.span);
    scope.report.error(
      "type-mismatch",
      at(scope, list.span),
      `IN takes a list or a table, and ${text} is ${withArticle(listType.name)}`,
      {
        hint: "write the values in parentheses: IN (…)",
      },
    );
  }
  return booleanType;
}

function checkIndex({ object, index, span }: IndexExpr, scope: Scope): Type {
  const table = tableNamed(object, scope);
  const indexType = checkExpression(index, scope);
  if (table !== undefined) {
    const keyType = table.row.fields?.types.get(table.decl.key.text) ?? anyType;
    checkEquality(index, [object, index], [keyType, indexType], scope);
    return table.row;
  }
  const type = checkExpression(object, scope);
  if (type.name === "LIST" || type.name === "OBJECT") {
    const wanted = type.name === "LIST" ? "NUMBER" : "STRING";
    if (isKnown(indexType) && indexType.name !== wanted) {
      const what = type.name === "LIST" ? "an element of a list by a NUMBER" : "a field of an object by a STRING";
      scope.report.error(
        "type-mismatch",
        at(scope, index.span),
        `[ ] finds ${what}, not by ${withArticle(indexType.name)}`,
      );
    }
    const constant = index.kind === "string" ? type.fields?.types.get(index.value) : undefined;
    return constant ?? anyType;
  }
  if (isKnown(type)) {
    scope.report.error("not-an-object", at(scope, span), `${withArticle(type.name)} has no elements`);
  }
  return anyType;
}

function checkCase({ arms, else: otherwise }: CaseExpr, scope: Scope): Type {
  const results: Type[] = [];
  for (const { when, then } of arms) {
    checkCondition(when, scope, "CASE WHEN");
    results.push(checkExpression(then, scope));
  }
  if (otherwise !== undefined) results.push(checkExpression(otherwise, scope));
  return joinTypes(results);
}
