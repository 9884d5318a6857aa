import { aggregateByName, type AggregateRecord } from "@weir/core";
import type { AggregateExpr, Expr } from "../ast.ts";
import { constantOf } from "./constant.ts";
import { resolveName } from "./resolve-name.ts";
import { type Around, at, type Scope, seesMany } from "./scope.ts";
import { anyType, isKnown, isOrdered, type Type, typeNamed, withArticle } from "./type.ts";

export function checkAggregate(expr: AggregateExpr, scope: Scope): Type {
  const record = aggregateByName(expr.name);
  if (record === undefined) return anyType;
  if (!standsWell(expr, scope)) return record.returns === "same" ? anyType : typeNamed(record.returns);
  const before = scope.report.errors;
  checkWords(expr, record, scope);
  if (expr.name === "RATE" && !scope.hasLength && expr.over === undefined && scope.sequence === null) {
    scope.report.error(
      "rate-needs-length",
      at(scope, expr.span),
      "RATE divides by the length of the window, and this one has none",
      {
        hint: "use WITHIN or EVERY, or RATE() OVER a duration",
      },
    );
  }
  const around: Around = { name: expr.name, aliases: new Set() };
  const type = checkArguments(expr, record, { ...scope, around });
  const { sequence } = scope;
  if (sequence !== null && !sequence.broken && scope.report.errors === before) checkAlias(expr, around, scope);
  return record.returns === "same" ? type : typeNamed(record.returns);
}

/** Reports an aggregate, PREV, ELAPSED or SPEED_KMH in a place that sees one event, or inside another. */
export function standsWell(expr: { readonly name: string; readonly span: Expr["span"] }, scope: Scope): boolean {
  if (scope.around !== null) {
    scope.report.error(
      "nested-aggregate",
      at(scope, expr.span),
      `${expr.name} does not stand inside ${scope.around.name}`,
    );
    return false;
  }
  if (seesMany(scope.place)) return true;
  const hint = scope.place === "WHERE" ? { hint: "conditions about many events stand in WHEN" } : {};
  scope.report.error(
    "aggregate-not-here",
    at(scope, expr.span),
    `${scope.place} sees one event, and ${expr.name} needs those before`,
    hint,
  );
  return false;
}

/** PRIOR, DISTINCT and OVER. */
function checkWords(expr: AggregateExpr, record: AggregateRecord, scope: Scope): void {
  const { name, distinct, prior, over, args } = expr;
  const say = (message: string, hint?: string): void => {
    scope.report.error("wrong-arguments", at(scope, expr.span), message, hint === undefined ? {} : { hint });
  };
  if (distinct && !record.distinct) say(`${name} does not take DISTINCT`);
  else if (distinct && args.length === 0) say(`${name}(DISTINCT …) needs something to count`, "COUNT(DISTINCT field)");
  if (prior && name === "ZSCORE") say("ZSCORE compares with the events before already: it takes no PRIOR");
  if (scope.sequence === null) return;
  const refuse = (word: string): void => {
    scope.report.error("not-here", at(scope, expr.span), `${word} does not stand in a rule with SEQUENCE`);
  };
  if (over !== undefined) refuse("OVER");
  if (prior) refuse("PRIOR");
  if (name === "RATE" || name === "ZSCORE") refuse(name);
}

/** The type of the first argument. */
function checkArguments(expr: AggregateExpr, record: AggregateRecord, scope: Scope): Type {
  const [arg, percent] = expr.args;
  const most = (record.arg === null ? 0 : 1) + (record.percent ? 1 : 0);
  const least = record.argOptional || record.arg === null ? 0 : most;
  if (expr.args.length > most || expr.args.length < least) {
    scope.report.error(
      "wrong-arguments",
      at(scope, expr.span),
      `${expr.name} takes ${amount(least, most)}, not ${expr.args.length}`,
      {
        hint: record.signature,
      },
    );
  }
  if (record.percent && percent !== undefined) checkPercent(percent, scope);
  if (arg === undefined) return anyType;
  if (isLoneAlias(arg, scope) && expr.name === "COUNT" && !expr.distinct) return anyType;
  const type = scope.check(arg, scope);
  const fits =
    !isKnown(type) ||
    record.arg === "ANY" ||
    record.arg === type.name ||
    (record.arg === "ordered" && isOrdered(type)) ||
    record.arg === null;
  if (fits) return type;
  const wanted = record.arg === "ordered" ? "a NUMBER, STRING, TIME or DURATION" : withArticle(record.arg ?? "ANY");
  const text = scope.report.quote(arg.span);
  scope.report.error(
    "argument-type",
    at(scope, arg.span),
    `${expr.name} takes ${wanted}, and ${text} is ${withArticle(type.name)}`,
    {
      ...(type.name === "DURATION" ? { hint: `SECONDS(…) makes a number of it` } : {}),
      ...(type.name === "BOOLEAN" ? { hint: `COUNT(${text.slice(1, -1)} = TRUE) counts` } : {}),
    },
  );
  return anyType;
}

export function amount(least: number, most: number): string {
  if (most === Infinity) return `at least ${least} argument${least === 1 ? "" : "s"}`;
  if (most === 0) return "no argument";
  return `${least === most ? least : `${least} to ${most}`} argument${most === 1 ? "" : "s"}`;
}

function checkPercent(percent: Expr, scope: Scope): void {
  const value = percentOf(percent, scope);
  if (value === "unsound") return;
  if (typeof value !== "number") {
    scope.report.error("not-a-constant", at(scope, percent.span), "the percentage is a constant from 0 to 100");
  } else if (value < 0 || value > 100) {
    scope.report.error("percent-range", at(scope, percent.span), `the percentage is ${value}, and not from 0 to 100`);
  }
}

/** The constant percentage of PERCENTILE, LETs written out. */
export function percentOf(percent: Expr, scope: Pick<Scope, "names" | "place" | "sequence">): unknown {
  if (percent.kind === "error") return "unsound";
  if (percent.kind !== "name") return constantOf(percent);
  const found = resolveName(scope, percent.name, false);
  if (found.kind !== "let") return undefined;
  return found.declared.unsound ? "unsound" : percentOf(found.declared.decl.value, scope);
}

/** Whether the expression is an alias alone, `COUNT(fail)`. */
export function isLoneAlias(arg: Expr, scope: Pick<Scope, "names" | "place" | "sequence">): boolean {
  if (arg.kind !== "name") return false;
  const found = resolveName(scope, arg.name, false);
  if (found.kind === "let" && !found.declared.unsound) return isLoneAlias(found.declared.decl.value, scope);
  return found.kind === "alias";
}

/** An aggregate of a sequence runs over what one alias bound. */
function checkAlias(expr: AggregateExpr, around: Around, scope: Scope): void {
  const [arg] = expr.args;
  if (arg !== undefined && isLoneAlias(arg, scope)) return;
  if (around.aliases.size === 1) return;
  const [first] = scope.sequence?.aliases.keys() ?? [];
  if (around.aliases.size > 1) {
    scope.report.error(
      "aggregate-needs-alias",
      at(scope, expr.span),
      `${expr.name} of a sequence runs over the events of one step, not of several`,
    );
  } else if (arg?.kind !== "error") {
    scope.report.error(
      "aggregate-needs-alias",
      at(scope, expr.span),
      `${expr.name} of a sequence runs over the events of one step`,
      {
        hint: `name it: COUNT(${first ?? "step"}), SUM(${first ?? "step"}.field)`,
      },
    );
  }
}
