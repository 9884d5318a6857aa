import type { AggregateExpr, AggregateName, CallExpr, Expr } from "../ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseDur } from "./duration.ts";

const AGGREGATES: ReadonlySet<string> = new Set<AggregateName>([
  "COUNT",
  "SUM",
  "AVG",
  "MIN",
  "MAX",
  "STDDEV",
  "STDDEV_POP",
  "VARIANCE",
  "MEDIAN",
  "PERCENTILE",
  "FIRST",
  "LAST",
  "RATE",
  "ZSCORE",
  "APPROX_DISTINCT",
  "APPROX_PERCENTILE",
]);

/** `name(…)`, the cursor standing at the name. `parseExpr` is handed in, since expressions hold calls. */
export function parseCall(c: Cursor, parseExpr: (c: Cursor) => Expr): CallExpr | AggregateExpr {
  const token = c.advance();
  const nameSpan = { start: token.start, end: token.end };
  const opening = c.expect("(");
  const { key } = token;
  const { prior, distinct } = isAggregate(key) ? takeModifiers(c) : { prior: false, distinct: false };
  if (key === "COUNT" && c.at("*") && c.at(")", 1)) {
    c.unexpected("a value", { hint: "`COUNT()` counts every event", fix: "" });
    c.advance();
  }
  const args = c.nested(opening, () => (c.at(")") ? [] : c.list(() => parseExpr(c))));
  c.close(")", opening);
  if (!isAggregate(key)) return { kind: "call", name: key, nameSpan, args, span: c.spanFrom(token.start) };
  const over = c.take("OVER") === undefined ? undefined : parseDur(c);
  const node: AggregateExpr = {
    kind: "aggregate",
    name: key,
    nameSpan,
    prior,
    distinct,
    args,
    span: c.spanFrom(token.start),
  };
  return over === undefined ? node : { ...node, over };
}

function isAggregate(key: string): key is AggregateName {
  return AGGREGATES.has(key);
}

/** Each counts once: the second PRIOR of `AVG(PRIOR prior)` is a field. */
function takeModifiers(c: Cursor): { readonly prior: boolean; readonly distinct: boolean } {
  let prior = false;
  let distinct = false;
  for (;;) {
    if (!prior && c.take("PRIOR") !== undefined) prior = true;
    else if (!distinct && c.take("DISTINCT") !== undefined) distinct = true;
    else return { prior, distinct };
  }
}
