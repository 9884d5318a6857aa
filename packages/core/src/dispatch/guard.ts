import type { CompareOp, PlanExpr } from "../plan.ts";
import type { Value } from "../value.ts";
import { flipped } from "../expression/flipped.ts";

/** A value that equals itself alone, by `===` as by the `=` of the language. */
export type Plain = string | number | boolean;

/** What the value of a field must be for a condition to have a chance: one of some constants, or a number between two. */
export type Guard =
  | { readonly kind: "equals"; readonly field: string; readonly values: readonly Plain[] }
  | { readonly kind: "range"; readonly field: string; readonly low: number; readonly high: number };

/**
 * Finds what a condition demands of one field of the event: where that does not hold the condition is not TRUE. Equality goes before
 * ranges, for it tells more; `null` where it demands nothing that an index can tell.
 */
export function guardOf(
  condition: PlanExpr,
  constant: (expr: PlanExpr) => Value | undefined,
  isPlainField: (name: string) => boolean,
): Guard | null {
  const conjuncts = condition.op === "and" ? condition.args : [condition];
  let range: Guard | null = null;
  for (const conjunct of conjuncts) {
    // An AND inside an AND demands the same.
    const guard =
      conjunct.op === "and" ? guardOf(conjunct, constant, isPlainField) : single(conjunct, constant, isPlainField);
    if (guard?.kind === "equals") return guard;
    if (guard !== null) range = range === null ? guard : narrowed(range, guard);
  }
  return range;
}

function single(
  expr: PlanExpr,
  constant: (expr: PlanExpr) => Value | undefined,
  isPlainField: (name: string) => boolean,
): Guard | null {
  const field = (of: PlanExpr): string | null => (of.op === "field" && isPlainField(of.name) ? of.name : null);
  if (expr.op === "compare") {
    const left = field(expr.left);
    if (left !== null) return compared(left, expr.cmp, constant(expr.right));
    const right = field(expr.right);
    return right === null ? null : compared(right, flipped[expr.cmp], constant(expr.left));
  }
  if (expr.op === "between" && !expr.not) {
    const name = field(expr.arg);
    const low = constant(expr.low);
    const high = constant(expr.high);
    if (name === null || typeof low !== "number" || typeof high !== "number") return null;
    return { kind: "range", field: name, low, high };
  }
  if (expr.op === "in" && !expr.not) {
    const name = field(expr.arg);
    const values = expr.items.map((item) => constant(item));
    return name !== null && values.every(isPlain) ? { kind: "equals", field: name, values } : null;
  }
  return null;
}

function compared(field: string, cmp: CompareOp, value: Value | undefined): Guard | null {
  if (cmp === "=") return isPlain(value) ? { kind: "equals", field, values: [value] } : null;
  if (cmp === "!=" || typeof value !== "number") return null;
  // Whether the bound itself belongs to it is left to the condition.
  return cmp === ">" || cmp === ">="
    ? { kind: "range", field, low: value, high: Infinity }
    : { kind: "range", field, low: -Infinity, high: value };
}

export function isPlain(value: Value | undefined): value is Plain {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Two ranges of one field are one; of two fields the first does. */
function narrowed(a: Guard, b: Guard): Guard {
  if (a.kind !== "range" || b.kind !== "range" || a.field !== b.field) return a;
  return { ...a, low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
}
