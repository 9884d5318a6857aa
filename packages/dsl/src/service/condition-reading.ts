import type { AggregateExpr, BinaryOp, Expr } from "../ast.ts";
import { chainOperands } from "../print/expression.ts";
import { code, durationWords, joined } from "./reading-words.ts";

/** What the reading of a condition needs of its rule. */
export interface ConditionContext {
  readonly text: string;
  /** Whether `COUNT(field)` counts events per that field. */
  readonly shortForm: boolean;
}

/** More operands than these are shown as they are written. */
const MAX_OPERANDS = 3;

/** A condition in words: `more than 5 events arrive`, `` `amount` is above 3 ``. */
export function conditionWords(expr: Expr, context: ConditionContext): string {
  const { op, operands } = chainOperands(expr);
  if (
    op !== undefined &&
    operands.length <= MAX_OPERANDS &&
    operands.every((part) => chainOperands(part).op === undefined)
  ) {
    return joined(
      operands.map((part) => conditionWords(part, context)),
      op === "AND" ? "and" : "or",
    );
  }
  if (expr.kind === "binary" && expr.left.kind === "aggregate") {
    const words = comparedAggregate(expr.left, expr.op, expr.right, context);
    if (words !== null) return words;
  }
  return `${source(expr, context)} is TRUE`;
}

function source({ span }: Expr, { text }: ConditionContext): string {
  return code(text.slice(span.start, span.end));
}

/** A number as it stands, anything else as code. */
function bound(expr: Expr, context: ConditionContext): string {
  return expr.kind === "number" || expr.kind === "duration" ? expr.text : source(expr, context);
}

const AMOUNTS: Readonly<Partial<Record<BinaryOp, string>>> = {
  ">": "more than",
  ">=": "at least",
  "<": "fewer than",
  "<=": "at most",
  "=": "exactly",
};

const LEVELS: Readonly<Partial<Record<BinaryOp, string>>> = {
  ">": "is above",
  ">=": "is at least",
  "<": "is below",
  "<=": "is at most",
  "=": "is",
  "!=": "is not",
};

function comparedAggregate(
  aggregate: AggregateExpr,
  op: BinaryOp,
  right: Expr,
  context: ConditionContext,
): string | null {
  const over = aggregate.over === undefined ? "" : ` within ${durationWords(aggregate.over)}`;
  const before = aggregate.prior ? " before it" : "";
  const [arg] = aggregate.args;
  if (aggregate.name === "COUNT") {
    const amount = AMOUNTS[op];
    if (amount === undefined) return null;
    const number = bound(right, context);
    const none = op === "=" && number === "0";
    const one = none || number === "1";
    const amountWords = none ? "no" : `${amount} ${number}`;
    if (aggregate.distinct && arg !== undefined) {
      return `${amountWords} different ${source(arg, context)} ${one ? "is" : "are"} seen${before}${over}`;
    }
    const isField = arg?.kind === "name" || arg?.kind === "member";
    const kept = arg === undefined || (context.shortForm && isField) ? "" : ` with ${source(arg, context)}`;
    return `${amountWords} ${one ? "event" : "events"}${kept} ${one ? "arrives" : "arrive"}${before}${over}`;
  }
  const level = LEVELS[op];
  const what = aggregateWords(aggregate, context);
  return level === undefined || what === null ? null : `${what}${before}${over} ${level} ${bound(right, context)}`;
}

const NAMES: Readonly<Partial<Record<AggregateExpr["name"], string>>> = {
  SUM: "the sum of",
  AVG: "the average of",
  MIN: "the least",
  MAX: "the greatest",
  FIRST: "the oldest",
  LAST: "the newest",
  MEDIAN: "the median of",
  STDDEV: "the standard deviation of",
  STDDEV_POP: "the standard deviation of",
  VARIANCE: "the variance of",
  APPROX_DISTINCT: "the estimated number of different",
  ZSCORE: "the number of standard deviations from the mean of",
};

function aggregateWords({ name, args }: AggregateExpr, context: ConditionContext): string | null {
  const [arg, percent] = args;
  if (name === "RATE") return "the number of events per second";
  if (arg === undefined) return null;
  if (percent !== undefined) return `percentile ${bound(percent, context)} of ${source(arg, context)}`;
  const words = NAMES[name];
  return words === undefined ? null : `${words} ${source(arg, context)}`;
}
