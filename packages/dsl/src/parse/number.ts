import type { NumberLit, Span } from "../ast.ts";
import type { Token } from "../lex/token.ts";
import type { Cursor } from "./cursor.ts";

/** The value of a number token. */
export function parseNumber(text: string): number {
  return Number(text.replaceAll("_", ""));
}

export function numberLiteral(c: Cursor, token: Token): NumberLit {
  const span = { start: token.start, end: token.end };
  const value = parseNumber(token.text);
  if (Number.isFinite(value)) return { kind: "number", value, text: token.text, span };
  c.error("bad-number", span, "the number is too large for a double", { hint: "the largest is about 1.8e308" });
  return { kind: "number", value: 0, text: "0", span };
}

/** A whole number from `least` to `most`; one out of the range is reported and cut to it. */
export function parseCount(c: Cursor, what: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  const { token } = c;
  if (token.kind === "duration") {
    c.advance();
    c.error("bad-count", token, `${what} is a whole number, not a duration`);
    return least;
  }
  if (token.kind !== "number") return c.fail(`${what}, a whole number`);
  c.advance();
  const value = parseNumber(token.text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  reportCount(c, token, what, least, most);
  return Math.min(Math.max(Math.trunc(value), least), most);
}

function reportCount(c: Cursor, span: Span, what: string, least: number, most: number): void {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  c.error("bad-count", span, `${what} is a whole number ${range}`);
}
