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

/** Numbers expressions so that those that say the same have the same number, in time linear in their size. */
export class PartIds {
  readonly #byPart = new Map<PlanExpr, number>();
  readonly #byText = new Map<string, number>();

  of(part: PlanExpr): number {
    const known = this.#byPart.get(part);
    if (known !== undefined) return known;
    // The parts stand in the text by their numbers: no expression of a plan has but an `id`.
    const text = JSON.stringify(mapParts(part, (inner) => ({ id: this.of(inner) }) as unknown as PlanExpr));
    const id = this.#byText.get(text) ?? this.#byText.size;
    this.#byText.set(text, id);
    this.#byPart.set(part, id);
    return id;
  }
}
