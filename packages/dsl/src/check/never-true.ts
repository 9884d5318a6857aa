import type { BinaryOp, Expr, Span } from "../ast.ts";
import { constantOf } from "./constant.ts";
import { comparable, compare, isPossible, keepEqual, type Limits, newLimits, setType } from "./field-limits.ts";
import type { Names } from "./names.ts";

/** A condition that all of an event has to meet, and where it stands. */
export interface Demand {
  readonly expr: Expr;
  /** Names before a dot that are no fields. */
  readonly aliases: ReadonlySet<string>;
}

/** A part of a condition that can never be TRUE, by itself or beside another part. */
export interface Contradiction {
  readonly span: Span;
  readonly beside: Span | null;
}

const flipped: Readonly<Partial<Record<BinaryOp, BinaryOp>>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/**
 * The first part, of conditions that must all be TRUE, which never is: a constant that is not TRUE, or limits on one field that no
 * value meets. Only comparisons with constants are looked at; a PARAM may be overridden and is none.
 */
export function contradictionOf(demands: readonly Demand[], names: Names): Contradiction | null {
  const known = new Map<string, Limits>();
  for (const demand of demands) {
    for (const { expr, span } of conjuncts(demand.expr, null, names)) {
      if (isNeverTrue(expr)) return { span, beside: null };
      const limit = limitOf(expr, demand.aliases, names);
      if (limit === null) continue;
      const before = known.get(limit.path);
      const limits = before ?? newLimits(span);
      known.set(limit.path, limits);
      const isMet = limit.narrow(limits) && isPossible(limits);
      if (!isMet) return { span, beside: before === undefined ? null : before.span };
    }
  }
  return null;
}

/** The parts of an AND, LETs written out: what a LET brings is pointed at where it is used. */
function conjuncts(
  expr: Expr,
  site: Span | null,
  names: Names,
): readonly { readonly expr: Expr; readonly span: Span }[] {
  if (expr.kind === "binary" && expr.op === "AND") {
    return [...conjuncts(expr.left, site, names), ...conjuncts(expr.right, site, names)];
  }
  const declared = expr.kind === "name" && !names.params.has(expr.name) ? names.lets.get(expr.name) : undefined;
  if (declared?.unsound === false) return conjuncts(declared.decl.value, site ?? expr.span, names);
  return [{ expr, span: site ?? expr.span }];
}

/** Of constants alone, and not TRUE. NULL literals in comparisons are told elsewhere. */
function isNeverTrue(expr: Expr): boolean {
  if (expr.kind === "boolean") return !expr.value;
  if (expr.kind === "null") return true;
  if (expr.kind !== "binary") return false;
  const [left, right] = [comparable(constantOf(expr.left)), comparable(constantOf(expr.right))];
  if (left === null || right === null || left.type !== right.type) return false;
  switch (expr.op) {
    case "=":
      return left.value !== right.value;
    case "!=":
      return left.value === right.value;
    case "<":
      return left.value >= right.value;
    case "<=":
      return left.value > right.value;
    case ">":
      return left.value <= right.value;
    case ">=":
      return left.value < right.value;
    default:
      return false;
  }
}

/** A path and what an expression says of its value; `narrow` tells whether the type allows it. */
interface Limit {
  readonly path: string;
  readonly narrow: (limits: Limits) => boolean;
}

function limitOf(expr: Expr, aliases: ReadonlySet<string>, names: Names): Limit | null {
  const on = (operand: Expr, narrow: Limit["narrow"]): Limit | null => {
    const path = pathOf(operand, aliases, names);
    return path === null ? null : { path, narrow };
  };
  switch (expr.kind) {
    case "binary": {
      const right = comparable(constantOf(expr.right));
      if (right !== null) return on(expr.left, (limits) => compare(limits, expr.op, right));
      const left = comparable(constantOf(expr.left));
      return left === null ? null : on(expr.right, (limits) => compare(limits, flipped[expr.op] ?? expr.op, left));
    }
    case "between": {
      const [low, high] = [comparable(constantOf(expr.low)), comparable(constantOf(expr.high))];
      if (expr.not || low === null || high === null) return null;
      return on(expr.operand, (limits) => compare(limits, ">=", low) && compare(limits, "<=", high));
    }
    case "in": {
      const items = expr.items?.map((item) => comparable(constantOf(item)));
      if (expr.not || items === undefined || items.includes(null)) return null;
      const of = items.filter((item) => item !== null);
      // Values of several types are rare: nothing is said of them.
      if (new Set(of.map(({ type }) => type)).size !== 1) return null;
      return on(
        expr.operand,
        (limits) =>
          setType(limits, of[0]!.type) &&
          keepEqual(
            limits,
            of.map(({ value }) => value),
          ),
      );
    }
    case "is-null":
      return on(expr.operand, (limits) => {
        if (!expr.not) limits.isNull = true;
        return true;
      });
    default:
      return null;
  }
}

/** A path to a field as text; of an alias by another text than of a field of that name. */
function pathOf(expr: Expr, aliases: ReadonlySet<string>, names: Names): string | null {
  if (expr.kind === "member") {
    const { object } = expr;
    if (object.kind === "name" && aliases.has(object.name)) {
      return JSON.stringify(["alias", object.name, expr.name.text]);
    }
    const path = pathOf(object, aliases, names);
    return path === null ? null : JSON.stringify([path, expr.name.text]);
  }
  if (expr.kind !== "name" || names.params.has(expr.name) || names.tables.has(expr.name)) return null;
  const declared = names.lets.get(expr.name);
  if (declared === undefined) return JSON.stringify([expr.name]);
  return declared.unsound ? null : pathOf(declared.decl.value, aliases, names);
}
