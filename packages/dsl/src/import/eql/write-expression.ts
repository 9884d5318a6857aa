import { compileRegex, RegexError } from "@weir/core";
import { type Finding, ImportError } from "../imported.ts";
import { allOf, anyOf, fieldPath, negated, quoted } from "../rule-text.ts";
import { isOneOf, matchesAny, type PatternPart } from "../wildcard.ts";
import type { EqlExpr } from "./eql-ast.ts";
import { writeCall } from "./write-call.ts";

/** Writes conditions and values; what differs in meaning is added to the notes. */
export interface EqlWriter {
  readonly notes: Finding[];
}

/** The expression in the language. Throws `ImportError` at what has no equivalent. */
export function writeExpression(expr: EqlExpr, writer: EqlWriter): string {
  const write = (inner: EqlExpr): string => writeExpression(inner, writer);
  switch (expr.kind) {
    case "field":
      return writeField(expr.path, expr.line);
    case "string":
      return quoted(expr.value);
    case "number":
      return String(expr.value);
    case "boolean":
      return expr.value ? "TRUE" : "FALSE";
    case "null":
      return "NULL";
    case "call":
      return writeCall(expr, writer, write);
    case "not":
      return negated(write(expr.operand));
    case "minus":
      return `(-${write(expr.operand)})`;
    case "logic":
      return expr.op === "AND" ? allOf(expr.items.map(write)) : anyOf(expr.items.map(write));
    case "compare":
      return writeComparison(expr, write);
    case "arithmetic":
      return `(${write(expr.left)} ${expr.op} ${write(expr.right)})`;
    default:
      return writeMatch(expr, write);
  }
}

export function writeField(path: readonly (string | number)[], line: number): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text = text === "" ? fieldPath([part], line) : `${text}.${fieldPath(["_", part], line).slice(2)}`;
  }
  return text;
}

function writeComparison(expr: EqlExpr & { kind: "compare" }, write: (inner: EqlExpr) => string): string {
  const { op, left, right, line } = expr;
  const other = left.kind === "null" ? right : right.kind === "null" ? left : null;
  if (other === null) return `${write(left)} ${op} ${write(right)}`;
  if (op === "=") return `${write(other)} IS NULL`;
  if (op === "!=") return `${write(other)} IS NOT NULL`;
  throw new ImportError(line, "null has no order");
}

function writeMatch(expr: EqlExpr & { kind: "match" }, write: (inner: EqlExpr) => string): string {
  const operand = write(expr.operand);
  const { op, caseless, values, line } = expr;
  if (values.length === 0) return "FALSE";
  const texts = values.flatMap((value) => (value.kind === "string" ? [value.value] : []));
  const others = values.filter((value) => value.kind !== "string");
  if (op === "in" || op === ":") {
    const tests: string[] = [];
    if (texts.length > 0) {
      tests.push(op === "in" ? isOneOf(operand, texts, caseless) : wildcards(operand, texts, true));
    }
    if (others.some(({ kind }) => kind === "null")) tests.push(`${operand} IS NULL`);
    const listed = others.filter(({ kind }) => kind !== "null").map(write);
    if (listed.length > 0) {
      tests.push(listed.length === 1 ? `${operand} = ${listed.join("")}` : `${operand} IN (${listed.join(", ")})`);
    }
    return anyOf(tests);
  }
  if (others.length > 0) throw new ImportError(line, `\`${op}\` takes strings`);
  return op === "like"
    ? wildcards(operand, texts, caseless)
    : anyOf(texts.map((text) => regex(operand, text, caseless, line)));
}

/** `*` stands for any text, `?` for one character. */
export function wildcards(operand: string, texts: readonly string[], caseless: boolean): string {
  const patterns = texts.map((text) =>
    [...text.matchAll(/[*?]|[^*?]+/g)].map(([part]): PatternPart => {
      return part === "*" ? "any" : part === "?" ? "one" : { text: part };
    }),
  );
  return matchesAny({ operand, caseless }, patterns);
}

/** Regular expressions of Lucene match the whole text, and have operators of their own. */
function regex(operand: string, pattern: string, caseless: boolean, line: number): string {
  const bare = pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, "");
  const special = /[~&<>@#"]/.exec(bare)?.[0];
  if (special !== undefined) throw new ImportError(line, `\`${special}\` in a regular expression has no equivalent`);
  const whole = `(?${caseless ? "i" : ""}s)^(?:${pattern.replaceAll(/(?<!\\)((?:\\\\)*)([\^$])/g, "$1\\$2")})$`;
  try {
    compileRegex(pattern);
    compileRegex(whole);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new ImportError(line, `the regular expression has no equivalent: ${error.message}`);
  }
  return `${operand} MATCHES ${quoted(whole)}`;
}
