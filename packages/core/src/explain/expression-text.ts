import type { AggregatePlan, Millis, PlanExpr, PlanValue, RulePlan } from "../plan.ts";

/** An expression of a plan as the language would write it, for people to read. */
export function expressionText(expr: PlanExpr, rule: RulePlan): string {
  const text = (inner: PlanExpr): string => expressionText(inner, rule);
  const operand = (inner: PlanExpr): string => (isSimple(inner) ? text(inner) : `(${text(inner)})`);
  const not = (negated: boolean): string => (negated ? "NOT " : "");
  switch (expr.op) {
    case "value":
      return valueText(expr.value);
    case "param":
    case "field":
      return expr.name;
    case "key":
      return rule.key[expr.index]?.name ?? `key${expr.index + 1}`;
    case "bound":
      return `${expr.alias}.${expr.name}`;
    case "aggregate":
      return aggregateText(rule.aggregates[expr.index]!, rule);
    case "prev":
      return `PREV(${text(expr.arg)})`;
    case "elapsed":
      return "ELAPSED()";
    case "speed":
      return `SPEED_KMH(${text(expr.lat)}, ${text(expr.lon)})`;
    case "event-time":
      return "EVENT_TIME()";
    case "stream-name":
      return "STREAM_NAME()";
    case "member":
      return `${operand(expr.object)}.${expr.name}`;
    case "index":
      return `${operand(expr.object)}[${text(expr.index)}]`;
    case "row":
      return `${expr.table}[${text(expr.key)}]`;
    case "in-table":
      return `${operand(expr.key)} ${not(expr.not)}IN ${expr.table}`;
    case "not":
      return `NOT ${operand(expr.arg)}`;
    case "negate":
      return `-${operand(expr.arg)}`;
    case "and":
    case "or":
      return expr.args.map(operand).join(` ${expr.op.toUpperCase()} `);
    case "compare":
      return `${operand(expr.left)} ${expr.cmp} ${operand(expr.right)}`;
    case "arithmetic":
      return `${operand(expr.left)} ${expr.sign} ${operand(expr.right)}`;
    case "in":
      return `${operand(expr.arg)} ${not(expr.not)}IN (${expr.items.map(text).join(", ")})`;
    case "in-list":
      return `${operand(expr.arg)} ${not(expr.not)}IN ${operand(expr.list)}`;
    case "between":
      return `${operand(expr.arg)} ${not(expr.not)}BETWEEN ${operand(expr.low)} AND ${operand(expr.high)}`;
    case "text":
      return `${operand(expr.arg)} ${not(expr.not)}${expr.test.toUpperCase().replace("-", " ")} ${operand(expr.pattern)}`;
    case "matches":
      return `${operand(expr.arg)} ${not(expr.not)}MATCHES ${operand(expr.pattern)}`;
    case "is-null":
      return `${operand(expr.arg)} IS ${not(expr.not)}NULL`;
    case "case": {
      const arms = expr.arms.map(({ when, then }) => `WHEN ${text(when)} THEN ${text(then)}`).join(" ");
      return `CASE ${arms}${expr.else === null ? "" : ` ELSE ${text(expr.else)}`} END`;
    }
    case "call":
      return `${expr.name}(${expr.args.map(text).join(", ")})`;
  }
}

export function aggregateText(plan: AggregatePlan, rule: RulePlan): string {
  const prior = plan.prior ? "PRIOR " : "";
  const distinct = plan.distinct ? "DISTINCT " : "";
  const arg =
    plan.arg === null
      ? (plan.alias ?? "")
      : `${plan.alias === null ? "" : `${plan.alias}.`}${expressionText(plan.arg, rule)}`;
  const percent = plan.percent === null ? "" : `, ${plan.percent}`;
  const over = plan.over === null ? "" : ` OVER ${millisText(plan.over)}`;
  return `${plan.fn}(${`${prior}${distinct}${arg}`.trim()}${percent})${over}`;
}

export function millisText(length: Millis): string {
  return typeof length === "number" ? durationText(length) : length.param;
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** A whole, positive length as the language writes it: `1h30m`. */
export function durationText(ms: number): string {
  let rest = ms;
  let text = "";
  for (const [unit, size] of units) {
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text === "" ? "0ms" : text;
}

function valueText(value: PlanValue): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value !== "object") return JSON.stringify(value);
  return "duration" in value ? durationText(value.duration) : `TIME(${value.time})`;
}

function isSimple(expr: PlanExpr): boolean {
  return ![
    "and",
    "or",
    "not",
    "compare",
    "arithmetic",
    "in",
    "in-list",
    "in-table",
    "between",
    "text",
    "matches",
    "is-null",
  ].includes(expr.op);
}
