import type { AggregatePlan, PlanExpr } from "@weir/core";
import type { AggregateExpr, Expr } from "../ast.ts";
import { isLoneAlias, percentOf } from "../check/check-aggregate.ts";
import { fieldPath } from "../check/field-path.ts";
import { expandedParts } from "../check/expanded-parts.ts";
import { resolveName } from "../check/resolve-name.ts";
import { compileDur } from "./compile-dur.ts";
import { type ExpressionScope, reading } from "./expression-scope.ts";

/** An aggregate as one entry of the rule's list; ZSCORE written out. */
export function compileAggregate(expr: AggregateExpr, scope: ExpressionScope): PlanExpr {
  if (expr.name === "ZSCORE") return compileZScore(expr, scope);
  const [arg, percent] = expr.args;
  const p = percent === undefined ? null : percentOf(percent, scope);
  return {
    op: "aggregate",
    index: scope.aggregates.indexOf({
      fn: expr.name,
      arg:
        arg === undefined || countsEvents(expr, arg, scope)
          ? null
          : scope.compile(arg, { ...scope, inAggregate: true }),
      distinct: expr.distinct,
      prior: expr.prior,
      over: expr.over === undefined ? null : compileDur(expr.over),
      percent: typeof p === "number" ? p : null,
      alias: scope.sequence === null || arg === undefined ? null : aliasIn(arg, scope),
    }),
  };
}

/** (e − AVG(PRIOR e)) / STDDEV(PRIOR e): NULL where the deviation is NULL or 0. */
function compileZScore(expr: AggregateExpr, scope: ExpressionScope): PlanExpr {
  const [arg] = expr.args;
  const value: PlanExpr = arg === undefined ? { op: "value", value: null } : scope.compile(arg, scope);
  const prior = (fn: AggregatePlan["fn"]): PlanExpr => ({
    op: "aggregate",
    index: scope.aggregates.indexOf({
      fn,
      arg: value,
      distinct: false,
      prior: true,
      over: expr.over === undefined ? null : compileDur(expr.over),
      percent: null,
      alias: null,
    }),
  });
  const difference: PlanExpr = { op: "arithmetic", sign: "-", left: value, right: prior("AVG") };
  return reading({ op: "arithmetic", sign: "/", left: difference, right: prior("STDDEV") }, expr.span, scope);
}

/** COUNT(alias), and COUNT(field) where the field keys the rule. */
function countsEvents(expr: AggregateExpr, arg: Expr, scope: ExpressionScope): boolean {
  if (expr.name !== "COUNT" || expr.distinct) return false;
  return isLoneAlias(arg, scope) || (scope.shortForm && fieldPath(arg, scope.names) !== null);
}

/** The alias that the argument of an aggregate names, LETs written out. */
function aliasIn(arg: Expr, scope: ExpressionScope): string | null {
  for (const part of expandedParts(arg, scope.names)) {
    const name =
      part.kind === "member" && part.object.kind === "name" ? part.object.name : part.kind === "name" ? part.name : "";
    const found = resolveName(scope, name, true);
    if (found.kind === "alias") return found.alias.name;
  }
  return null;
}
