import type { Value } from "../value.ts";
import { type Code, pureCode } from "./code.ts";

/** Kleene's AND: FALSE where one is FALSE, else NULL where one is not TRUE. */
export function andCode(args: readonly Code[]): Code {
  const evaluates = args.map((arg) => arg.evaluate);
  if (evaluates.length === 2) {
    const [left, right] = evaluates as [(typeof evaluates)[0], (typeof evaluates)[0]];
    return pureCode((context) => {
      const a = left(context);
      if (a === false) return false;
      const b = right(context);
      return b === false ? false : a === true && b === true ? true : null;
    }, args);
  }
  return pureCode((context) => {
    let result: Value = true;
    for (const evaluate of evaluates) {
      const value = evaluate(context);
      if (value === false) return false;
      if (value !== true) result = null;
    }
    return result;
  }, args);
}

/** Kleene's OR: TRUE where one is TRUE, else NULL where one is not FALSE. */
export function orCode(args: readonly Code[]): Code {
  const evaluates = args.map((arg) => arg.evaluate);
  return pureCode((context) => {
    let result: Value = false;
    for (const evaluate of evaluates) {
      const value = evaluate(context);
      if (value === true) return true;
      if (value !== false) result = null;
    }
    return result;
  }, args);
}

export function notCode(arg: Code): Code {
  const { evaluate } = arg;
  return pureCode((context) => negated(evaluate(context)), [arg]);
}

/** NOT: NULL of what is neither TRUE nor FALSE. */
export function negated(value: Value): boolean | null {
  return typeof value === "boolean" ? !value : null;
}

export function isNullCode(arg: Code, not: boolean): Code {
  const { evaluate } = arg;
  return pureCode((context) => (evaluate(context) === null) !== not, [arg]);
}

/** The first arm whose condition is TRUE; `otherwise`, where none is. */
export function caseCode(arms: readonly { readonly when: Code; readonly result: Code }[], otherwise: Code): Code {
  return pureCode(
    (context) => {
      for (const { when, result } of arms) if (when.evaluate(context) === true) return result.evaluate(context);
      return otherwise.evaluate(context);
    },
    [...arms.flatMap(({ when, result }) => [when, result]), otherwise],
  );
}
