import type { PlanExpr } from "@weir/core";

/** The same expression with its parts exchanged; what has none is given back as it is. */
export function mapParts(expr: PlanExpr, map: (part: PlanExpr) => PlanExpr): PlanExpr {
  switch (expr.op) {
    case "prev":
    case "not":
    case "negate":
    case "is-null":
      return { ...expr, arg: map(expr.arg) };
    case "speed":
      return { ...expr, lat: map(expr.lat), lon: map(expr.lon) };
    case "member":
      return { ...expr, object: map(expr.object) };
    case "index":
      return { ...expr, object: map(expr.object), index: map(expr.index) };
    case "row":
    case "in-table":
      return { ...expr, key: map(expr.key) };
    case "and":
    case "or":
    case "call":
      return { ...expr, args: expr.args.map(map) };
    case "compare":
    case "arithmetic":
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case "in":
      return { ...expr, arg: map(expr.arg), items: expr.items.map(map) };
    case "in-list":
      return { ...expr, arg: map(expr.arg), list: map(expr.list) };
    case "between":
      return { ...expr, arg: map(expr.arg), low: map(expr.low), high: map(expr.high) };
    case "text":
    case "matches":
      return { ...expr, arg: map(expr.arg), pattern: map(expr.pattern) };
    case "case":
      return {
        ...expr,
        arms: expr.arms.map(({ when, then }) => ({ when: map(when), then: map(then) })),
        else: expr.else === null ? null : map(expr.else),
      };
    default:
      return expr;
  }
}

/** Whether two parts of plans say the same. */
export function samePlan(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const left = Object.entries(a);
  const right = b as Readonly<Record<string, unknown>>;
  return (
    left.length === Object.keys(right).length &&
    left.every(([name, value]) => Object.hasOwn(right, name) && samePlan(value, right[name]))
  );
}
