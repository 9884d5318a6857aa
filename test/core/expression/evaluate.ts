import { compileExpression } from "../../../packages/core/src/expression/compile-expression.ts";
import type { ExpressionScope } from "../../../packages/core/src/expression/scope.ts";
import type { EvalContext } from "../../../packages/core/src/evaluate.ts";
import type { ArithmeticOp, CompareOp, PlanExpr } from "../../../packages/core/src/plan.ts";
import type { Row } from "../../../packages/core/src/row.ts";
import { Duration, Time, type Value, type ValueObject } from "../../../packages/core/src/value.ts";

/** A scope in which `bound` gives a value by its name, so that an expression need not be constant to have any value. */
export function scopeOf(
  values: Readonly<Record<string, Value>> = {},
  more: Partial<ExpressionScope> = {},
): ExpressionScope {
  const unused = (): never => {
    throw new Error("not in this test");
  };
  return {
    params: new Map(),
    timeFields: new Set(["ts"]),
    aggregate: unused,
    prev: unused,
    elapsed: unused,
    speed: unused,
    bound: (_, name) => () => values[name] ?? null,
    row: () => null,
    hostFunction: () => null,
    ...more,
  };
}

export function contextOf(data: unknown, more: Partial<Row> = {}): EvalContext {
  const row = { time: 0, seq: 0, stream: "s", timeField: null, data, raw: data, ...more } as Row;
  return { row, slot: 0, key: [], current: true };
}

/** The value of an expression for an event with these fields. */
export function evaluate(expr: PlanExpr, data: unknown = {}, scope: ExpressionScope = scopeOf()): Value {
  return compileExpression(expr, scope)(contextOf(data));
}

export const field = (name: string): PlanExpr => ({ op: "field", name });

/** A value that the compiler does not know before the event. */
export const given = (name: string): PlanExpr => ({ op: "bound", alias: "given", name });

export const compare = (left: PlanExpr, cmp: CompareOp, right: PlanExpr): PlanExpr => ({
  op: "compare",
  cmp,
  left,
  right,
});

export const arithmetic = (left: PlanExpr, sign: ArithmeticOp, right: PlanExpr): PlanExpr => ({
  op: "arithmetic",
  sign,
  left,
  right,
});

export const not = (arg: PlanExpr): PlanExpr => ({ op: "not", arg });
export const and = (...args: PlanExpr[]): PlanExpr => ({ op: "and", args });
export const or = (...args: PlanExpr[]): PlanExpr => ({ op: "or", args });
export const call = (name: string, ...args: PlanExpr[]): PlanExpr => ({ op: "call", name, args });

/** A constant of a primitive type, a time or a duration. */
export function constant(value: Value): PlanExpr {
  if (value instanceof Time) return { op: "value", value: { time: value.ms } };
  if (value instanceof Duration) return { op: "value", value: { duration: value.ms } };
  if (typeof value === "object" && value !== null) throw new Error("a plan has no constant lists and objects");
  return { op: "value", value };
}

export type { Value, ValueObject };
