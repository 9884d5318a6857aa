import type { PlanValue } from "@weir/core";
import type { BinaryOp, Span } from "../ast.ts";
import { typeOfConstant } from "./constant.ts";

/** A constant that comparisons understand, with its type. */
export interface Constant {
  readonly type: string;
  readonly value: Comparable;
}

/** What is known of the value of one field. */
export interface Limits {
  type: string | null;
  equals: readonly Comparable[] | null;
  readonly not: Set<Comparable>;
  low: Comparable | null;
  lowIsIn: boolean;
  high: Comparable | null;
  highIsIn: boolean;
  isNull: boolean;
  /** Where the value was first limited. */
  readonly span: Span;
}

export type Comparable = number | string | boolean;

/** Narrows by a comparison; whether the types allow it. */
export function compare(limits: Limits, op: BinaryOp, { type, value }: Constant): boolean {
  if (op === "!=") limits.not.add(value);
  if (!["=", "<", "<=", ">", ">="].includes(op)) return true;
  if (!setType(limits, type)) return false;
  if (op === "=") return keepEqual(limits, [value]);
  if (op === ">" || op === ">=") {
    if (limits.low === null || value > limits.low || (value === limits.low && op === ">")) {
      limits.low = value;
      limits.lowIsIn = op === ">=";
    }
  } else if (limits.high === null || value < limits.high || (value === limits.high && op === "<")) {
    limits.high = value;
    limits.highIsIn = op === "<=";
  }
  return true;
}

/** Whether the value may be of that type. */
export function setType(limits: Limits, type: string): boolean {
  if (limits.type !== null && limits.type !== type) return false;
  limits.type = type;
  return true;
}

/** Narrows to some values. */
export function keepEqual(limits: Limits, values: readonly Comparable[]): boolean {
  const { equals } = limits;
  limits.equals = equals === null ? values : equals.filter((value) => values.includes(value));
  return true;
}

/** Whether some value meets all limits. */
export function isPossible(limits: Limits): boolean {
  const { low, lowIsIn, high, highIsIn, equals, not } = limits;
  if (limits.isNull) return limits.type === null && not.size === 0;
  const isIn = (value: Comparable): boolean =>
    !not.has(value) &&
    (low === null || value > low || (lowIsIn && value === low)) &&
    (high === null || value < high || (highIsIn && value === high));
  if (equals !== null) return equals.some(isIn);
  if (low === null || high === null) return true;
  return low < high || (low === high && isIn(low));
}

/** No limits yet. */
export function newLimits(span: Span): Limits {
  return {
    type: null,
    equals: null,
    not: new Set(),
    low: null,
    lowIsIn: true,
    high: null,
    highIsIn: true,
    isNull: false,
    span,
  };
}

/** `null` where it is no constant, or NULL. */
export function comparable(value: PlanValue | undefined): Constant | null {
  if (value === undefined || value === null) return null;
  const type = typeOfConstant(value);
  if (typeof value === "object") return { type, value: "time" in value ? value.time : value.duration };
  return { type, value };
}
