import type { Expr } from "@weir/dsl";

/** The parts of an expression that are expressions themselves. */
export function children(expr: Expr): readonly Expr[] {
  const found: Expr[] = [];
  mapChildren(expr, (child) => {
    found.push(child);
    return child;
  });
  return found;
}

/** Whether the expression, or one inside it, is such. */
export function contains(expr: Expr, is: (part: Expr) => boolean): boolean {
  return is(expr) || children(expr).some((child) => contains(child, is));
}

/** The same expression with its parts exchanged. */
export function mapChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case "member":
      return { ...expr, object: map(expr.object) };
    case "index":
      return { ...expr, object: map(expr.object), index: map(expr.index) };
    case "unary":
      return { ...expr, operand: map(expr.operand) };
    case "binary":
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case "in":
      return {
        ...expr,
        operand: map(expr.operand),
        ...(expr.items === undefined ? {} : { items: expr.items.map(map) }),
        ...(expr.list === undefined ? {} : { list: map(expr.list) }),
      };
    case "between":
      return { ...expr, operand: map(expr.operand), low: map(expr.low), high: map(expr.high) };
    case "text":
      return { ...expr, operand: map(expr.operand), pattern: map(expr.pattern) };
    case "is-null":
      return { ...expr, operand: map(expr.operand) };
    case "case":
      return {
        ...expr,
        arms: expr.arms.map((arm) => ({ when: map(arm.when), then: map(arm.then) })),
        ...(expr.else === undefined ? {} : { else: map(expr.else) }),
      };
    case "call":
    case "aggregate":
      return { ...expr, args: expr.args.map(map) };
    default:
      return { ...expr };
  }
}

/** A text that two expressions share where they say the same, wherever they stand. */
export function canonical(expr: Expr): string {
  const place = new Set(["span", "nameSpan", "text"]);
  return JSON.stringify(expr, (name, value: unknown) => {
    // Of a member's name the text is all there is; of a literal it is only how it was written.
    if (isName(value)) return value.text;
    return place.has(name) ? undefined : value;
  });
}

function isName(value: unknown): value is { readonly text: string } {
  return typeof value === "object" && value !== null && "text" in value && !("kind" in value);
}
