import type { Evaluate } from "../evaluate.ts";
import type { PlanExpr, PlanValue } from "../plan.ts";
import { Duration, Time, type Value } from "../value.ts";
import { arithmeticCode, negateCode } from "./arithmetic.ts";
import { callCode } from "./call.ts";
import { type Code, constantCode, pureCode } from "./code.ts";
import { betweenCode, compareCode, inCode, inListCode } from "./comparison.ts";
import { fieldCode, isPosition, itemOf, memberOf, type PathStep, pathCode } from "./fields.ts";
import { andCode, caseCode, isNullCode, notCode, orCode } from "./logic.ts";
import type { ExpressionScope } from "./scope.ts";
import { matchesCode, textCode } from "./text-tests.ts";

/**
 * Compiles an expression of a plan to a function of the context.
 *
 * What does not depend on the event is computed once. A condition holds only where the result is `true`.
 *
 * Errors  `RegexError` for a PARAM that is no regular expression; `Error` for a plan that no compiler of the language makes: an
 *         unknown function or PARAM, a wrong number of arguments, a pattern of MATCHES that is no constant.
 */
export function compileExpression(expr: PlanExpr, scope: ExpressionScope): Evaluate {
  return compile(expr, scope).evaluate;
}

/** The value of a constant or PARAM; `undefined` of what is neither. */
export function constantOf(expr: PlanExpr, params: ReadonlyMap<string, Value>): Value | undefined {
  if (expr.op === "value") return valueOf(expr.value);
  return expr.op === "param" ? params.get(expr.name) : undefined;
}

function compile(expr: PlanExpr, scope: ExpressionScope): Code {
  const sub = (part: PlanExpr): Code => compile(part, scope);
  switch (expr.op) {
    case "value":
      return constantCode(valueOf(expr.value));
    case "param":
      return constantCode(paramOf(expr.name, scope));
    case "field":
      return fieldCode(expr.name, scope.timeFields);
    case "key": {
      const { index } = expr;
      return { evaluate: (context) => context.key[index] ?? null };
    }
    case "bound":
      return { evaluate: scope.bound(expr.alias, expr.name) };
    case "aggregate":
      return { evaluate: scope.aggregate(expr.index) };
    case "prev":
      return { evaluate: scope.prev(sub(expr.arg).evaluate, expr.arg) };
    case "elapsed":
      return { evaluate: scope.elapsed() };
    case "speed":
      return { evaluate: scope.speed(sub(expr.lat).evaluate, sub(expr.lon).evaluate, expr) };
    case "event-time":
      return { evaluate: ({ row }) => (row === null ? null : new Time(row.time)) };
    case "stream-name":
      return { evaluate: ({ row }) => row?.stream ?? null };
    case "member":
    case "index":
      return eventPath(expr, scope) ?? reach(expr, scope);
    case "row": {
      const { evaluate } = sub(expr.key);
      const { table } = expr;
      return { evaluate: (context) => scope.row(table, evaluate(context)) };
    }
    case "in-table": {
      const { evaluate } = sub(expr.key);
      const { table, not } = expr;
      return {
        evaluate: (context) => {
          const key = evaluate(context);
          return key === null ? null : (scope.row(table, key) !== null) !== not;
        },
      };
    }
    case "not":
      return notCode(sub(expr.arg));
    case "negate":
      return negateCode(sub(expr.arg));
    case "and":
      return andCode(expr.args.map(sub));
    case "or":
      return orCode(expr.args.map(sub));
    case "compare":
      return compareCode(expr.cmp, sub(expr.left), sub(expr.right));
    case "arithmetic":
      return arithmeticCode(expr.sign, sub(expr.left), sub(expr.right));
    case "in":
      return inCode(sub(expr.arg), expr.items.map(sub), expr.not);
    case "in-list":
      return inListCode(sub(expr.arg), sub(expr.list), expr.not);
    case "between":
      return betweenCode(sub(expr.arg), sub(expr.low), sub(expr.high), expr.not);
    case "text":
      return textCode(expr.test, sub(expr.arg), sub(expr.pattern), expr.not);
    case "matches":
      return matchesCode(sub(expr.arg), sub(expr.pattern), expr.not);
    case "is-null":
      return isNullCode(sub(expr.arg), expr.not);
    case "case":
      return caseCode(
        expr.arms.map(({ when, then }) => ({ when: sub(when), result: sub(then) })),
        expr.else === null ? constantCode(null) : sub(expr.else),
      );
    case "call":
      return callCode(expr.name, expr.args.map(sub), scope);
  }
}

type Reach = Extract<PlanExpr, { readonly op: "member" | "index" }>;

function reach(expr: Reach, scope: ExpressionScope): Code {
  const object = compile(expr.object, scope);
  if (expr.op === "member") {
    const { name } = expr;
    return pureCode((context) => memberOf(object.evaluate(context), name), [object]);
  }
  const index = compile(expr.index, scope);
  return pureCode((context) => itemOf(object.evaluate(context), index.evaluate(context)), [object, index]);
}

/** `field.name[0].name` as one read; `null` for what is no path from an ordinary field with constant steps. */
function eventPath(expr: Reach, scope: ExpressionScope): Code | null {
  const steps: PathStep[] = [];
  let part: PlanExpr = expr;
  while (part.op === "member" || part.op === "index") {
    const step = part.op === "member" ? part.name : constantIndex(part.index, scope);
    if (typeof step !== "string" && !isPosition(step)) return null;
    steps.unshift(step);
    part = part.object;
  }
  return part.op === "field" && !scope.timeFields.has(part.name) ? pathCode(part.name, steps) : null;
}

function constantIndex(index: PlanExpr, scope: ExpressionScope): Value | undefined {
  return constantOf(index, scope.params);
}

function valueOf(value: PlanValue): Value {
  if (typeof value !== "object" || value === null) return value;
  return "time" in value ? new Time(value.time) : new Duration(value.duration);
}

function paramOf(name: string, scope: ExpressionScope): Value {
  const value = scope.params.get(name);
  if (value === undefined) throw new Error(`the plan reads PARAM \`${name}\`, which it does not declare`);
  return value;
}
