import type { TypeName } from "@weir/core";
import type { BinaryExpr } from "../ast.ts";
import { hintFor, mismatch } from "./check-comparison.ts";
import type { Scope } from "./scope.ts";
import { anyType, isKnown, type Type, typeNamed, withArticle } from "./type.ts";

type Sign = "+" | "-" | "*" | "/" | "%";

/** What `a sign b` gives of values that go together. */
const results: ReadonlyMap<string, TypeName> = new Map([
  ...["+", "-", "*", "/", "%"].map((sign): [string, TypeName] => [`NUMBER ${sign} NUMBER`, "NUMBER"]),
  ["TIME - TIME", "DURATION"],
  ["TIME + DURATION", "TIME"],
  ["TIME - DURATION", "TIME"],
  ["DURATION + TIME", "TIME"],
  ["DURATION + DURATION", "DURATION"],
  ["DURATION - DURATION", "DURATION"],
  ["DURATION * NUMBER", "DURATION"],
  ["NUMBER * DURATION", "DURATION"],
  ["DURATION / NUMBER", "DURATION"],
  ["DURATION / DURATION", "NUMBER"],
]);

const calculable: ReadonlySet<string> = new Set(["NUMBER", "TIME", "DURATION"]);

export function checkArithmetic(expr: BinaryExpr, sign: Sign, a: Type, b: Type, scope: Scope): Type {
  for (const type of [a, b]) {
    if (!isKnown(type) || calculable.has(type.name)) continue;
    const hint = type.name === "STRING" && sign === "+" ? { hint: "CONCAT joins texts" } : {};
    mismatch(expr, [expr.left, expr.right], scope, `\`${sign}\` does not take ${withArticle(type.name)}`, hint);
    return anyType;
  }
  if (!isKnown(a) || !isKnown(b)) return partlyKnown(sign, a, b);
  const result = results.get(`${a.name} ${sign} ${b.name}`);
  if (result !== undefined) return typeNamed(result);
  mismatch(expr, [expr.left, expr.right], scope, `${a.name} ${sign} ${b.name} means nothing`, hintFor(a, b));
  return anyType;
}

/** With one side known the result is so where all that fits the other side agrees. */
function partlyKnown(sign: Sign, a: Type, b: Type): Type {
  if (sign === "%") return typeNamed("NUMBER");
  const fitting = new Set<TypeName>();
  for (const [operation, result] of results) {
    const [left, op, right] = operation.split(" ");
    if (op === sign && (!isKnown(a) || left === a.name) && (!isKnown(b) || right === b.name)) fitting.add(result);
  }
  const [only] = fitting;
  return fitting.size === 1 && only !== undefined ? typeNamed(only) : anyType;
}
