import type { BinaryExpr, BinaryOp, Expr, InExpr, TextExpr } from "../ast.ts";
import { parseDuration } from "../duration-literal.ts";
import { decodeString } from "../lex/string-literal.ts";
import { parseCall } from "./call.ts";
import { type Cursor, toName } from "./cursor.ts";
import { checkedMs } from "./duration.ts";
import { checkHeight } from "./height.ts";
import { numberLiteral } from "./number.ts";
import { skipToClause } from "./resync.ts";

/** Words that may go on an expression: what a misspelt word behind one is compared with. */
export const operatorWords: readonly string[] = "AND OR NOT IN BETWEEN LIKE MATCHES CONTAINS IS STARTS ENDS".split(" ");

/** Parses an expression; throws `SyntaxFailure` behind a reported error. */
export function parseExpr(c: Cursor): Expr {
  return checkHeight(c, parseOr(c));
}

function parseOr(c: Cursor): Expr {
  return chain(c, OR, parseAnd);
}

function parseAnd(c: Cursor): Expr {
  return chain(c, AND, parseNot);
}

function parseNot(c: Cursor): Expr {
  const not = c.take("NOT");
  if (not === undefined) return parseComparison(c);
  const operand = c.nested(not, () => parseNot(c));
  return { kind: "unary", op: "NOT", operand, span: c.spanFrom(not.start) };
}

function parseComparison(c: Cursor): Expr {
  const left = parseComparisonOnce(c, parseSum(c));
  let expr = left;
  // `a < b < c` is reported and read on, so that what follows is seen.
  while (isComparison(left) && c.atAny(COMPARISONS)) {
    const { token } = c;
    const middle = left.kind === "binary" ? left.right : left;
    const operand = c.previous;
    const isOneToken = operand?.start === middle.span.start && operand.end === middle.span.end;
    c.error("chained-comparison", token, `a second \`${token.text}\`: comparisons do not chain`, {
      hint: "join two comparisons with AND, or put one in parentheses",
      ...(isOneToken ? { fix: `AND ${operand.text} ${token.text}` } : {}),
    });
    // What it would mean elsewhere, so that nothing more is wrong with it.
    expr = binary(c, "AND", expr, parseComparisonOnce(c, middle));
  }
  return expr;
}

function isComparison(expr: Expr): boolean {
  return expr.kind === "binary" && COMPARISONS.has(expr.op);
}

function parseComparisonOnce(c: Cursor, left: Expr): Expr {
  if (c.atAny(COMPARISONS)) {
    const op = c.advance().key as BinaryOp;
    return binary(c, op, left, parseSum(c));
  }
  if (c.take("IS") !== undefined) {
    const not = c.take("NOT") !== undefined;
    if (c.at("TRUE") || c.at("FALSE")) return c.fail("`NULL`", { hint: `compare with \`= ${c.token.key}\`` });
    if (!c.at("NULL") && c.token.kind !== "word") {
      return c.fail("`NULL`", { hint: `other values are compared with \`${not ? "!=" : "="}\`` });
    }
    c.expect("NULL");
    return { kind: "is-null", not, operand: left, span: c.spanFrom(left.span.start) };
  }
  if (c.at("NOT")) {
    if (c.at("NULL", 1)) return c.fail("an operator", { hint: "write `IS NOT NULL`" });
    c.advance();
    return parseWordOperator(c, left, true) ?? c.fail("IN, BETWEEN, LIKE, MATCHES, CONTAINS, STARTS WITH or ENDS WITH");
  }
  return parseWordOperator(c, left, false) ?? left;
}

function parseWordOperator(c: Cursor, operand: Expr, not: boolean): Expr | undefined {
  if (c.take("IN") !== undefined) return parseIn(c, operand, not);
  if (c.take("BETWEEN") !== undefined) {
    const low = parseSum(c);
    c.expect("AND", "of BETWEEN");
    const high = parseSum(c);
    return { kind: "between", not, operand, low, high, span: c.spanFrom(operand.span.start) };
  }
  const op = takeTextOperator(c);
  if (op === undefined) return undefined;
  const pattern = parseSum(c);
  return { kind: "text", op, not, operand, pattern, span: c.spanFrom(operand.span.start) };
}

function takeTextOperator(c: Cursor): TextExpr["op"] | undefined {
  for (const op of ["LIKE", "MATCHES", "CONTAINS"] as const) if (c.take(op) !== undefined) return op;
  for (const op of ["STARTS", "ENDS"] as const) {
    if (c.at(op) && c.at("WITH", 1)) {
      c.advance();
      c.advance();
      return `${op} WITH`;
    }
  }
  return undefined;
}

function parseIn(c: Cursor, operand: Expr, not: boolean): InExpr {
  const { start } = operand.span;
  if (!c.at("(")) {
    const list = parseSum(c);
    return { kind: "in", not, operand, list, span: c.spanFrom(start) };
  }
  const opening = c.advance();
  const items = c.nested(opening, () => c.list(() => parseOr(c)));
  c.close(")", opening);
  return { kind: "in", not, operand, items, span: c.spanFrom(start) };
}

function parseSum(c: Cursor): Expr {
  return chain(c, SUM, parseProduct);
}

function parseProduct(c: Cursor): Expr {
  return chain(c, PRODUCT, parseUnary);
}

function parseUnary(c: Cursor): Expr {
  const minus = c.take("-");
  if (minus === undefined) return parsePostfix(c);
  const operand = c.nested(minus, () => parseUnary(c));
  return { kind: "unary", op: "-", operand, span: c.spanFrom(minus.start) };
}

function parsePostfix(c: Cursor): Expr {
  let expr = parsePrimary(c);
  const { start } = expr.span;
  for (;;) {
    const opening = c.take("[");
    if (opening !== undefined) {
      const index = c.nested(opening, () => parseOr(c));
      c.close("]", opening);
      expr = { kind: "index", object: expr, index, span: c.spanFrom(start) };
    } else if (c.take(".") !== undefined) {
      const name = c.anyName("the name of a field behind the dot");
      expr = { kind: "member", object: expr, name, span: c.spanFrom(start) };
    } else {
      return expr;
    }
  }
}

function parsePrimary(c: Cursor): Expr {
  const { token } = c;
  const span = { start: token.start, end: token.end };
  switch (token.kind) {
    case "number":
      return numberLiteral(c, c.advance());
    case "duration":
      c.advance();
      return { kind: "duration", ms: checkedMs(c, parseDuration(token.text), span, 0), text: token.text, span };
    case "string":
      c.advance();
      return { kind: "string", value: decodeString(token, c.reporter).value, text: token.text, span };
    case "symbol":
      return token.key === "(" ? parseParenthesised(c) : c.fail("a value", symbolAdvice(c));
    case "quoted":
      return { kind: "name", name: toName(c.advance()).text, span };
    case "word":
      return parseWord(c);
    default:
      return c.fail("a value");
  }
}

function parseWord(c: Cursor): Expr {
  const { token } = c;
  const span = { start: token.start, end: token.end };
  switch (token.key) {
    case "TRUE":
    case "FALSE":
      c.advance();
      return { kind: "boolean", value: token.key === "TRUE", span };
    case "NULL":
      c.advance();
      return { kind: "null", span };
    case "CASE":
      return parseCase(c);
    default:
      if (!c.isName()) return c.fail("a value");
      if (c.at("(", 1)) return parseCall(c, parseOr);
      return { kind: "name", name: toName(c.advance()).text, span };
  }
}

function parseParenthesised(c: Cursor): Expr {
  const opening = c.advance();
  const expr = c.nested(opening, () => parseOr(c));
  c.close(")", opening);
  // The parentheses belong to the text of the expression, so that its span is a whole piece of the file.
  return { ...expr, span: c.spanFrom(opening.start) };
}

function parseCase(c: Cursor): Expr {
  const opening = c.advance();
  return c.nested(opening, () => {
    if (!c.at("WHEN")) return c.fail("`WHEN` behind CASE", { hint: "write `CASE WHEN x = 1 THEN …`" });
    const arms: { when: Expr; then: Expr }[] = [];
    while (c.take("WHEN") !== undefined) {
      const when = parseOr(c);
      c.expect("THEN");
      arms.push({ when, then: parseOr(c) });
    }
    const otherwise = c.take("ELSE") === undefined ? undefined : parseOr(c);
    c.expect("END", "of CASE");
    const span = c.spanFrom(opening.start);
    return otherwise === undefined ? { kind: "case", arms, span } : { kind: "case", arms, else: otherwise, span };
  });
}

const OR: ReadonlySet<string> = new Set(["OR"]);
const AND: ReadonlySet<string> = new Set(["AND"]);
const SUM: ReadonlySet<string> = new Set(["+", "-"]);
const PRODUCT: ReadonlySet<string> = new Set(["*", "/", "%"]);
const COMPARISONS: ReadonlySet<string> = new Set(["=", "!=", "<", "<=", ">", ">="]);

/** Operators of one level, from left to right. */
function chain(c: Cursor, operators: ReadonlySet<string>, operand: (c: Cursor) => Expr): Expr {
  let left = operand(c);
  while (c.atAny(operators)) {
    const op = c.advance().key as BinaryOp;
    left = binary(c, op, left, operand(c));
  }
  return left;
}

function binary(c: Cursor, op: BinaryOp, left: Expr, right: Expr): BinaryExpr {
  return { kind: "binary", op, left, right, span: c.spanFrom(left.span.start) };
}

function symbolAdvice(c: Cursor): { readonly hint?: string } {
  const { key } = c.token;
  if (key === ".") return { hint: "a number below 1 is written `0.5`" };
  if (key === "[") return { hint: "a list of values stands in parentheses: `x IN (1, 2)`" };
  if (key === "/") return { hint: "a pattern stands in quotes: `x MATCHES '^a.*z$'`" };
  if (key === "=" && COMPARISONS.has(c.previous?.key ?? "")) return { hint: "remove the blank between the two" };
  return {};
}

/** An expression, or an `ErrorExpr` up to the next clause, behind a reported error. */
export function parseExprOrSkip(c: Cursor): Expr {
  const { index } = c;
  const { start } = c.token;
  const expr = c.attempt(() => parseExpr(c));
  if (expr !== undefined) return expr;
  skipToClause(c, index);
  return { kind: "error", span: c.spanFrom(Math.min(start, c.lastEnd)) };
}
