import type { AggregateExpr, Expr } from "@weir/dsl";
import { evaluate } from "./expressions.ts";
import type { Scope, Seen } from "./scope.ts";
import { contains } from "./tree.ts";
import { finite, identity, kindOf, order, type Value } from "./values.ts";

/** The events that an aggregate runs over. */
export interface Window {
  readonly events: readonly Seen[];
  readonly lengthMs: number | null;
}

/** The value of an aggregate, computed anew from the events of its window. */
export function aggregateOver(window: (expr: AggregateExpr) => Window, expr: AggregateExpr, scope: Scope): Value {
  if (expr.name === "ZSCORE") return zscore(window, expr, scope);
  const { events, lengthMs } = window(expr);
  if (expr.name === "RATE") return lengthMs === null ? null : events.length / (lengthMs / 1000);
  const [arg] = expr.args;
  if (arg === undefined) return events.length;
  return compute(
    expr,
    events.map((event) => evaluate(arg, { ...scope, event })),
    scope,
  );
}

/** In a sequence an aggregate runs over the events that one alias bound. */
export function aggregateBound(expr: AggregateExpr, scope: Scope): Value {
  const bound = scope.bound ?? new Map<string, readonly Seen[]>();
  const [arg] = expr.args;
  const alias = [...bound.keys()].find((name) => arg !== undefined && names(arg, name));
  if (arg === undefined || alias === undefined) throw new Error("an aggregate of a sequence names no alias");
  const events = bound.get(alias) ?? [];
  return compute(
    expr,
    events.map((event) => evaluate(arg, { ...scope, bound: new Map([...bound, [alias, [event]]]) })),
    scope,
  );
}

function names(expr: Expr, name: string): boolean {
  return contains(expr, (part) => part.kind === "name" && part.name === name);
}

function compute(expr: AggregateExpr, values: readonly Value[], scope: Scope): Value {
  const present = values.filter((value) => value !== null);
  const numbers = present.filter((value) => typeof value === "number");
  const n = numbers.length;
  switch (expr.name) {
    case "COUNT":
      return expr.distinct ? countDistinct(present) : present.filter((value) => value !== false).length;
    case "APPROX_DISTINCT":
      return countDistinct(present);
    case "SUM":
      return n === 0 ? null : finite(sum(numbers));
    case "AVG":
      return n === 0 ? null : finite(sum(numbers) / n);
    case "VARIANCE":
      return variance(numbers, n - 1);
    case "STDDEV":
      return root(variance(numbers, n - 1));
    case "STDDEV_POP":
      return root(variance(numbers, n));
    case "MIN":
      return extreme(present, -1);
    case "MAX":
      return extreme(present, 1);
    case "MEDIAN":
      return percentile(numbers, 50);
    case "PERCENTILE":
    case "APPROX_PERCENTILE":
      return percentile(numbers, evaluate(expr.args[1]!, scope) as number);
    case "FIRST":
      return present[0] ?? null;
    case "LAST":
      return present.at(-1) ?? null;
    case "RATE":
    case "ZSCORE":
      throw new Error(`${expr.name} is computed elsewhere`);
  }
}

/** (e − AVG(PRIOR e)) / STDDEV(PRIOR e) */
function zscore(window: (expr: AggregateExpr) => Window, expr: AggregateExpr, scope: Scope): Value {
  const average = aggregateOver(window, { ...expr, name: "AVG", prior: true }, scope);
  const deviation = aggregateOver(window, { ...expr, name: "STDDEV", prior: true }, scope);
  const value = evaluate(expr.args[0]!, scope);
  if (typeof value !== "number" || typeof average !== "number" || typeof deviation !== "number" || deviation === 0) {
    return null;
  }
  return finite((value - average) / deviation);
}

function countDistinct(values: readonly Value[]): number {
  return new Set(values.map(identity)).size;
}

/** Smallest magnitudes first, so that little is lost. */
function sum(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => Math.abs(a) - Math.abs(b)).reduce((total, x) => total + x, 0);
}

/** Exactly 0 for equal values; NULL where the divisor is not positive. */
function variance(numbers: readonly number[], divisor: number): number | null {
  if (numbers.length === 0 || divisor <= 0) return null;
  if (numbers.every((x) => x === numbers[0])) return 0;
  const mean = sum(numbers) / numbers.length;
  return finite(sum(numbers.map((x) => (x - mean) ** 2)) / divisor);
}

function root(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
}

/** Of values of one ordered type; NULL where types are mixed. */
function extreme(values: readonly Value[], sign: number): Value {
  const ordered = values.filter((value) => order(value, value) !== null);
  if (new Set(ordered.map(kindOf)).size !== 1) return null;
  return ordered.reduce((best, value) => ((order(value, best) ?? 0) * sign > 0 ? value : best));
}

/** Linear interpolation between the closest ranks. */
function percentile(numbers: readonly number[], percent: number): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  return finite(low + (high - low) * (rank - Math.floor(rank)));
}
