import { functionByName, type PlanValue, Time, type TypeName } from "@weir/core";
import type { BinaryOp, Expr } from "../ast.ts";

/** The value of an expression of constants alone; `undefined` where it is none, or where its value is NULL for want of sense. */
export function constantOf(expr: Expr): PlanValue | undefined {
  switch (expr.kind) {
    case "number":
    case "string":
    case "boolean":
      return expr.value;
    case "duration":
      return { duration: expr.ms };
    case "null":
      return null;
    case "unary":
      return expr.op === "-" ? negated(constantOf(expr.operand)) : undefined;
    case "binary":
      return calculated(expr.op, constantOf(expr.left), constantOf(expr.right));
    case "call":
      return expr.name === "TIME" && expr.args.length === 1 ? timeOf(expr.args[0]) : undefined;
    default:
      return undefined;
  }
}

export function typeOfConstant(value: PlanValue): TypeName {
  switch (typeof value) {
    case "number":
      return "NUMBER";
    case "string":
      return "STRING";
    case "boolean":
      return "BOOLEAN";
    default:
      return value === null ? "ANY" : "time" in value ? "TIME" : "DURATION";
  }
}

function negated(value: PlanValue | undefined): PlanValue | undefined {
  if (typeof value === "number") return -value;
  return isDuration(value) ? { duration: -value.duration } : undefined;
}

function calculated(op: BinaryOp, left: PlanValue | undefined, right: PlanValue | undefined): PlanValue | undefined {
  if (typeof left === "number" && typeof right === "number") return finite(onNumbers(op, left, right));
  if (isDuration(left) && isDuration(right)) {
    if (op === "/") return finite(left.duration / right.duration);
    return op === "+" || op === "-" ? duration(onNumbers(op, left.duration, right.duration)) : undefined;
  }
  if (isDuration(left) && typeof right === "number") {
    return op === "*" || op === "/" ? duration(onNumbers(op, left.duration, right)) : undefined;
  }
  return typeof left === "number" && isDuration(right) && op === "*" ? duration(left * right.duration) : undefined;
}

function onNumbers(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    default:
      return Number.NaN;
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function duration(ms: number): PlanValue | undefined {
  return Number.isFinite(ms) ? { duration: ms } : undefined;
}

function isDuration(value: PlanValue | undefined): value is { readonly duration: number } {
  return typeof value === "object" && value !== null && "duration" in value;
}

function timeOf(arg: Expr | undefined): PlanValue | undefined {
  const value = arg === undefined ? undefined : constantOf(arg);
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const time = functionByName("TIME")?.call(value);
  return time instanceof Time ? { time: time.ms } : undefined;
}
