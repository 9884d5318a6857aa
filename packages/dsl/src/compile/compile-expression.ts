import type { PlanExpr, PlanValue } from "@weir/core";
import type { BinaryExpr, CallExpr, Expr, InExpr, MemberExpr, NameExpr, TextExpr, UnaryExpr } from "../ast.ts";
import { resolveName } from "../check/resolve-name.ts";
import { compileAggregate } from "./compile-aggregate.ts";
import { type ExpressionScope, reading } from "./expression-scope.ts";

/** The plan of an expression that the checker found sound, with its LETs written out. */
export function compileExpression(expr: Expr, scope: ExpressionScope): PlanExpr {
  const compile = (part: Expr): PlanExpr => compileExpression(part, scope);
  switch (expr.kind) {
    case "number":
    case "string":
    case "boolean":
      return constant(expr.value);
    case "duration":
      return constant({ duration: expr.ms });
    case "null":
    case "error":
      return constant(null);
    case "name":
      return compileName(expr, scope);
    case "member":
      return compileMember(expr, scope);
    case "index": {
      const table = tableOf(expr.object, scope);
      if (table !== undefined) return { op: "row", table, key: compile(expr.index) };
      return { op: "index", object: compile(expr.object), index: compile(expr.index) };
    }
    case "unary":
      return compileUnary(expr, scope);
    case "binary":
      return compileBinary(expr, scope);
    case "in":
      return compileIn(expr, scope);
    case "between": {
      const { operand, low, high, not } = expr;
      return { op: "between", arg: compile(operand), low: compile(low), high: compile(high), not };
    }
    case "text":
      return compileText(expr, scope);
    case "is-null":
      return { op: "is-null", arg: compile(expr.operand), not: expr.not };
    case "case": {
      const arms = expr.arms.map(({ when, then }) => ({ when: compile(when), then: compile(then) }));
      return { op: "case", arms, else: expr.else === undefined ? null : compile(expr.else) };
    }
    case "call":
      return compileCall(expr, scope);
    case "aggregate":
      return compileAggregate(expr, scope);
  }
}

function constant(value: PlanValue): PlanExpr {
  return { op: "value", value };
}

function compileName(expr: NameExpr, scope: ExpressionScope): PlanExpr {
  const found = resolveName(scope, expr.name, false);
  switch (found.kind) {
    case "param":
      return { op: "param", name: expr.name };
    case "let":
      // Reported where it is declared. It may refer to itself, and the checker looks at conditions in this form.
      if (found.declared.unsound) return constant(null);
      return compileExpression(found.declared.decl.value, { ...scope, site: scope.site ?? expr.span });
    case "key":
      return { op: "key", index: found.index };
    default:
      return reading({ op: "field", name: expr.name }, expr.span, scope);
  }
}

function compileMember({ object, name, span }: MemberExpr, scope: ExpressionScope): PlanExpr {
  if (object.kind === "name") {
    const found = resolveName(scope, object.name, true);
    if (found.kind === "alias") {
      if (scope.inAggregate) return reading({ op: "field", name: name.text }, span, scope);
      return { op: "bound", alias: found.alias.name, name: name.text };
    }
  }
  return { op: "member", object: compileExpression(object, scope), name: name.text };
}

/** The name of the table that an expression stands for. */
function tableOf(expr: Expr, scope: ExpressionScope): string | undefined {
  if (expr.kind !== "name") return undefined;
  const found = resolveName(scope, expr.name, false);
  if (found.kind === "let") return tableOf(found.declared.decl.value, scope);
  return found.kind === "table" ? found.table.decl.name.text : undefined;
}

function compileUnary({ op, operand }: UnaryExpr, scope: ExpressionScope): PlanExpr {
  const arg = compileExpression(operand, scope);
  if (op === "NOT") return { op: "not", arg };
  if (operand.kind === "number") return constant(-operand.value);
  return operand.kind === "duration" ? constant({ duration: -operand.ms }) : { op: "negate", arg };
}

function compileBinary(expr: BinaryExpr, scope: ExpressionScope): PlanExpr {
  const { op, left, right } = expr;
  switch (op) {
    case "AND":
    case "OR":
      return { op: op === "AND" ? "and" : "or", args: chainOf(expr).map((part) => compileExpression(part, scope)) };
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return {
        op: "arithmetic",
        sign: op,
        left: compileExpression(left, scope),
        right: compileExpression(right, scope),
      };
    default:
      return { op: "compare", cmp: op, left: compileExpression(left, scope), right: compileExpression(right, scope) };
  }
}

/** `a AND b AND c` as its three parts. */
function chainOf(expr: BinaryExpr): readonly Expr[] {
  const parts: Expr[] = [];
  const rest: Expr[] = [expr];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.kind === "binary" && next.op === expr.op) rest.push(next.right, next.left);
    else parts.push(next);
  }
  return parts;
}

function compileIn({ operand, items, list, not }: InExpr, scope: ExpressionScope): PlanExpr {
  const arg = compileExpression(operand, scope);
  if (items !== undefined) return { op: "in", arg, items: items.map((item) => compileExpression(item, scope)), not };
  if (list === undefined) return constant(null);
  const table = tableOf(list, scope);
  if (table !== undefined) return { op: "in-table", table, key: arg, not };
  return { op: "in-list", arg, list: compileExpression(list, scope), not };
}

const textTests = {
  LIKE: "like",
  CONTAINS: "contains",
  "STARTS WITH": "starts-with",
  "ENDS WITH": "ends-with",
} as const;

function compileText({ op, operand, pattern, not }: TextExpr, scope: ExpressionScope): PlanExpr {
  const arg = compileExpression(operand, scope);
  const compiled = compileExpression(pattern, scope);
  if (op === "MATCHES") return { op: "matches", arg, pattern: compiled, not };
  return { op: "text", test: textTests[op], arg, pattern: compiled, not };
}

function compileCall({ name, args, span }: CallExpr, scope: ExpressionScope): PlanExpr {
  const compiled = args.map((arg) => compileExpression(arg, scope));
  const [first, second] = compiled;
  switch (name) {
    case "PREV":
      return reading({ op: "prev", arg: first ?? constant(null) }, span, scope);
    case "ELAPSED":
      return reading({ op: "elapsed" }, span, scope);
    case "SPEED_KMH":
      return reading({ op: "speed", lat: first ?? constant(null), lon: second ?? constant(null) }, span, scope);
    case "EVENT_TIME":
      return reading({ op: "event-time" }, span, scope);
    case "STREAM_NAME":
      return reading({ op: "stream-name" }, span, scope);
    default:
      return { op: "call", name, args: compiled };
  }
}
