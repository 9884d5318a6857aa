import { compileRegex, RegexError } from "@weir/core";
import { type Finding, ImportError } from "../imported.ts";
import { allOf, anyOf, fieldPath, negated, quoted } from "../rule-text.ts";
import { isOneOf, matchesAny, type PatternPart, type TextMatch } from "../wildcard.ts";
import type { EqlExpr } from "./eql-ast.ts";
import { writeCall } from "./write-call.ts";

/** Writes conditions and values; what differs in meaning is added to the notes. */
export interface EqlWriter {
  readonly notes: Finding[];
  /** Fields, as `process.args`, that may hold lists: a test of one is a test of its items. */
  readonly listFields: ReadonlySet<string>;
}

export function isListField(expr: EqlExpr, { listFields }: EqlWriter): boolean {
  return expr.kind === "field" && listFields.has(expr.path.join("."));
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
      return writeComparison(expr, writer, write);
    case "arithmetic":
      return `(${write(expr.left)} ${expr.op} ${write(expr.right)})`;
    default:
      return writeMatch(expr, writer, write);
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

type Write = (inner: EqlExpr) => string;

function writeComparison(expr: EqlExpr & { kind: "compare" }, writer: EqlWriter, write: Write): string {
  const { op, left, right, line } = expr;
  const other = left.kind === "null" ? right : right.kind === "null" ? left : null;
  if (other === null) {
    const inList = isListField(left, writer) && right.kind === "string" && (op === "=" || op === "!=");
    if (!inList) return `${write(left)} ${op} ${write(right)}`;
    const contains = `${write(left)} CONTAINS ${write(right)}`;
    return op === "=" ? contains : `(NOT ${contains})`;
  }
  if (op === "=") return `${write(other)} IS NULL`;
  if (op === "!=") return `${write(other)} IS NOT NULL`;
  throw new ImportError(line, "null has no order");
}

function writeMatch(expr: EqlExpr & { kind: "match" }, writer: EqlWriter, write: Write): string {
  const operand = write(expr.operand);
  const list = isListField(expr.operand, writer);
  const { op, caseless, values, line } = expr;
  if (values.length === 0) return "FALSE";
  const texts = values.flatMap((value) => (value.kind === "string" ? [value.value] : []));
  const others = values.filter((value) => value.kind !== "string");
  if (op === "in" || op === ":") {
    const tests: string[] = [];
    if (texts.length > 0) {
      if (op === ":") tests.push(wildcards({ operand, caseless, list }, texts));
      else if (list) {
        tests.push(
          matchesAny(
            { operand, caseless, list },
            texts.map((text) => [{ text }]),
          ),
        );
      } else tests.push(isOneOf(operand, texts, caseless));
    }
    if (others.some(({ kind }) => kind === "null")) tests.push(`${operand} IS NULL`);
    const listed = others.filter(({ kind }) => kind !== "null").map(write);
    if (listed.length > 0) {
      tests.push(listed.length === 1 ? `${operand} = ${listed.join("")}` : `${operand} IN (${listed.join(", ")})`);
    }
    return anyOf(tests);
  }
  if (others.length > 0) throw new ImportError(line, `\`${op}\` takes strings`);
  if (op === "like") return wildcards({ operand, caseless, list }, texts);
  if (list) throw new ImportError(line, "a regular expression on a field that holds a list has no equivalent");
  return anyOf(texts.map((text) => regex(operand, text, caseless, line)));
}

/** `*` stands for any text, `?` for one character. */
export function wildcards(match: TextMatch, texts: readonly string[]): string {
  const patterns = texts.map((text) =>
    [...text.matchAll(/[*?]|[^*?]+/g)].map(([part]): PatternPart => {
      return part === "*" ? "any" : part === "?" ? "one" : { text: part };
    }),
  );
  return matchesAny(match, patterns);
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
