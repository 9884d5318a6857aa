import type { Evaluate } from "../evaluate.ts";
import type { CompareOp } from "../plan.ts";
import type { Value } from "../value.ts";
import { equal, order } from "../values/compare.ts";
import { type Code, constantCode, pureCode } from "./code.ts";
import { fieldEquals, fieldOrder } from "./field-tests.ts";
import { negated } from "./logic.ts";
import { flipped } from "./flipped.ts";

export function compareCode(cmp: CompareOp, left: Code, right: Code): Code {
  if (left.constant === null || right.constant === null) return constantCode(null);
  if (left.constant !== undefined && right.constant === undefined) return compareCode(flipped[cmp], right, left);
  const { constant } = right;
  const quick = constant === undefined ? null : againstConstant(cmp, left, constant);
  return pureCode(quick ?? comparison(cmp, left.evaluate, right.evaluate), [left, right]);
}

export function betweenCode(arg: Code, low: Code, high: Code, not: boolean): Code {
  const evaluate: Evaluate = (context) => {
    const value = arg.evaluate(context);
    const above = order(value, low.evaluate(context));
    const below = order(value, high.evaluate(context));
    if ((above !== null && above < 0) || (below !== null && below > 0)) return not;
    return above === null || below === null ? null : !not;
  };
  return pureCode(evaluate, [arg, low, high]);
}

/** `x IN (…)`: as in SQL, NULL where x is not found and one of the items is NULL. */
export function inCode(arg: Code, items: readonly Code[], not: boolean): Code {
  const constants = items.flatMap(({ constant }) => (constant === undefined ? [] : [constant]));
  const primitives = new Set<Value>(constants.filter((value) => value !== null && typeof value !== "object"));
  const objects = constants.filter((value) => value !== null && typeof value === "object");
  const withNull = constants.includes(null);
  const others = items.filter(({ constant }) => constant === undefined);
  const found = (value: Value, context: Parameters<Evaluate>[0]): boolean | null => {
    if (value === null) return null;
    if (primitives.has(value) || objects.some((item) => equal(value, item) === true)) return true;
    let unknown = withNull;
    for (const { evaluate } of others) {
      const same = equal(value, evaluate(context));
      if (same === true) return true;
      if (same === null) unknown = true;
    }
    return unknown ? null : false;
  };
  const evaluate: Evaluate = (context) => {
    const result = found(arg.evaluate(context), context);
    return not ? negated(result) : result;
  };
  return pureCode(evaluate, [arg, ...items]);
}

/** `x IN list`: NULL where the list is none, and where x is not found and an item is NULL. */
export function inListCode(arg: Code, list: Code, not: boolean): Code {
  const evaluate: Evaluate = (context) => {
    const result = listHolds(list.evaluate(context), arg.evaluate(context));
    return not ? negated(result) : result;
  };
  return pureCode(evaluate, [arg, list]);
}

/** Whether an item of a list equals the value, in three-valued logic; NULL where the list is none. */
export function listHolds(list: Value, value: Value): boolean | null {
  if (!Array.isArray(list) || value === null) return null;
  let result: boolean | null = false;
  for (const item of list as readonly Value[]) {
    const same = equal(value, item);
    if (same === true) return true;
    if (same === null) result = null;
  }
  return result;
}

/** Shapes that rules are full of; `null` for the others. */
function againstConstant(cmp: CompareOp, left: Code, constant: Value): Evaluate | null {
  if (typeof constant === "object") return null;
  const equality = cmp === "=" || cmp === "!=";
  if (left.field !== undefined) {
    if (equality) return fieldEquals(left.field, constant, cmp === "!=");
    if (typeof constant === "number") return fieldOrder(left.field, cmp, constant);
  }
  return equality || typeof constant !== "number" ? null : orderAgainstNumber(cmp, left.evaluate, constant);
}

function orderAgainstNumber(cmp: Exclude<CompareOp, "=" | "!=">, left: Evaluate, constant: number): Evaluate {
  switch (cmp) {
    case "<":
      return (context) => {
        const value = left(context);
        return typeof value === "number" ? value < constant : null;
      };
    case "<=":
      return (context) => {
        const value = left(context);
        return typeof value === "number" ? value <= constant : null;
      };
    case ">":
      return (context) => {
        const value = left(context);
        return typeof value === "number" ? value > constant : null;
      };
    case ">=":
      return (context) => {
        const value = left(context);
        return typeof value === "number" ? value >= constant : null;
      };
  }
}

function comparison(cmp: CompareOp, left: Evaluate, right: Evaluate): Evaluate {
  switch (cmp) {
    case "=":
      return (context) => equal(left(context), right(context));
    case "!=":
      return (context) => negated(equal(left(context), right(context)));
    case "<":
      return (context) => {
        const compared = order(left(context), right(context));
        return compared === null ? null : compared < 0;
      };
    case "<=":
      return (context) => {
        const compared = order(left(context), right(context));
        return compared === null ? null : compared <= 0;
      };
    case ">":
      return (context) => {
        const compared = order(left(context), right(context));
        return compared === null ? null : compared > 0;
      };
    case ">=":
      return (context) => {
        const compared = order(left(context), right(context));
        return compared === null ? null : compared >= 0;
      };
  }
}
