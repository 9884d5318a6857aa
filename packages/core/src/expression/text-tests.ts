import type { Evaluate } from "../evaluate.ts";
import type { PlanExpr } from "../plan.ts";
import { compileRegex } from "../regex.ts";
import type { Value } from "../value.ts";
import { type Code, constantCode, pureCode } from "./code.ts";
import { listHolds } from "./comparison.ts";
import { compileLike } from "./like-pattern.ts";
import { negated } from "./logic.ts";

export type TextTest = Extract<PlanExpr, { readonly op: "text" }>["test"];

/** LIKE, CONTAINS, STARTS WITH, ENDS WITH: of STRINGs, CONTAINS of LISTs as well; NULL of anything else. */
export function textCode(test: TextTest, arg: Code, pattern: Code, not: boolean): Code {
  if (pattern.constant === null) return constantCode(null);
  const holds = test === "like" ? likeTest(pattern.constant) : tests[test];
  const evaluate: Evaluate = (context) => {
    const result = holds(arg.evaluate(context), pattern.evaluate(context));
    return not ? negated(result) : result;
  };
  return pureCode(evaluate, [arg, pattern]);
}

/** MATCHES, of STRINGs; NULL of anything else. The pattern is a constant; one that is no STRING gives NULL. */
export function matchesCode(arg: Code, pattern: Code, not: boolean): Code {
  if (pattern.constant === undefined) throw new Error("a plan must not match against a pattern that is no constant");
  if (typeof pattern.constant !== "string") return constantCode(null);
  const regex = compileRegex(pattern.constant);
  const evaluate: Evaluate = (context) => {
    const text = arg.evaluate(context);
    return typeof text === "string" ? regex.test(text) !== not : null;
  };
  return pureCode(evaluate, [arg]);
}

type Test = (value: Value, pattern: Value) => boolean | null;

const tests: Readonly<Record<Exclude<TextTest, "like">, Test>> = {
  contains: (value, pattern) => {
    if (typeof value !== "string") return listHolds(value, pattern);
    return typeof pattern === "string" ? value.includes(pattern) : null;
  },
  "starts-with": (value, pattern) =>
    typeof value === "string" && typeof pattern === "string" ? value.startsWith(pattern) : null,
  "ends-with": (value, pattern) =>
    typeof value === "string" && typeof pattern === "string" ? value.endsWith(pattern) : null,
};

function likeTest(constant: Value | undefined): Test {
  let last = typeof constant === "string" ? constant : null;
  let like = last === null ? null : compileLike(last);
  return (value, pattern) => {
    if (typeof value !== "string" || typeof pattern !== "string") return null;
    if (like === null || pattern !== last) {
      last = pattern;
      like = compileLike(pattern);
    }
    return like(value);
  };
}
