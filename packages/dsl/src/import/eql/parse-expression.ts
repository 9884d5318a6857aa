import { ImportError } from "../imported.ts";
import type { EqlExpr } from "./eql-ast.ts";
import type { EqlCursor } from "./eql-cursor.ts";

/** Reads a condition or a value: `or`, `and`, `not`, comparisons and lookups, `+ -`, `* / %`, unary minus. */
export function parseExpression(c: EqlCursor): EqlExpr {
  return c.nested(() => parseLogic(c, "or"));
}

function parseLogic(c: EqlCursor, op: "or" | "and"): EqlExpr {
  const operand = (): EqlExpr => (op === "or" ? parseLogic(c, "and") : parseNot(c));
  const { line } = c;
  const first = operand();
  if (!c.at(op)) return first;
  const items = [first];
  while (c.take(op)) items.push(operand());
  return { kind: "logic", op: op === "or" ? "OR" : "AND", items, line };
}

function parseNot(c: EqlCursor): EqlExpr {
  const { line } = c;
  if (!c.take("not")) return parseComparison(c);
  return { kind: "not", operand: c.nested(() => parseNot(c)), line };
}

const comparisons = { "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=" } as const;

function parseComparison(c: EqlCursor): EqlExpr {
  const { line } = c;
  const left = parseSum(c);
  for (const [symbol, op] of Object.entries(comparisons)) {
    if (c.take(symbol)) return { kind: "compare", op, left, right: parseSum(c), line };
  }
  if (c.at("=")) c.fail("expected an operator (`==` compares)");
  const negated = c.at("not") && c.at("in", 1) && c.take("not");
  const match = parseMatch(c, left, line);
  if (match === null) return left;
  return negated ? { kind: "not", operand: match, line } : match;
}

function parseMatch(c: EqlCursor, operand: EqlExpr, line: number): EqlExpr | null {
  for (const op of [":", "like", "regex", "in"] as const) {
    if (!c.take(op)) continue;
    const caseless = op === ":" || (c.at("~") && !c.token.apart && c.take("~"));
    const listed = c.at("(");
    if (op === "in" && !listed) c.fail("expected a list in parentheses behind `in`");
    return { kind: "match", op, caseless, operand, values: listed ? parseList(c) : [parseSum(c)], line };
  }
  return null;
}

/** Values in parentheses, with commas between. */
function parseList(c: EqlCursor): readonly EqlExpr[] {
  c.expect("(", "before the values");
  const items: EqlExpr[] = [];
  if (c.take(")")) return items;
  do items.push(parseExpression(c));
  while (c.take(","));
  c.expect(")", "behind the values");
  return items;
}

function parseSum(c: EqlCursor): EqlExpr {
  return parseChain(c, ["+", "-"], () => parseChain(c, ["*", "/", "%"], () => parseUnary(c)));
}

/** Operators of one rank, from left to right; at most 500, since each makes the tree one level higher. */
function parseChain(c: EqlCursor, operators: readonly string[], operand: () => EqlExpr): EqlExpr {
  let left = operand();
  for (let n = 0; operators.some((op) => c.at(op)); n++) {
    if (n === 500) c.fail("expected at most 500 operators in a row");
    const { text, line } = c.next();
    left = { kind: "arithmetic", op: text, left, right: operand(), line };
  }
  return left;
}

function parseUnary(c: EqlCursor): EqlExpr {
  const { line } = c;
  if (c.take("-")) return { kind: "minus", operand: c.nested(() => parseUnary(c)), line };
  if (c.take("+")) return c.nested(() => parseUnary(c));
  return parsePrimary(c);
}

function parsePrimary(c: EqlCursor): EqlExpr {
  const { kind, text, line } = c.token;
  if (c.take("(")) {
    const inner = parseExpression(c);
    c.expect(")", "behind the expression");
    return inner;
  }
  if (kind === "string") return { kind, value: c.next().text, line };
  if (kind === "number") return { kind, value: Number(c.next().text), line };
  if (c.at("true") || c.at("false")) return { kind: "boolean", value: c.next().text.toLowerCase() === "true", line };
  if (c.take("null")) return { kind: "null", line };
  if (kind === "word" && c.at("of", 1)) {
    throw new ImportError(line, `\`${text} of\` has no equivalent: rules know no tree of processes`);
  }
  if (kind === "word" && (c.at("(", 1) || (c.at("~", 1) && c.at("(", 2)))) {
    c.next();
    const caseless = c.take("~");
    return { kind: "call", name: text, caseless, args: parseList(c), line };
  }
  return parseField(c);
}

/** A path, perhaps optional: `?process.args[0]`. */
export function parseField(c: EqlCursor): EqlExpr {
  const { line } = c;
  const optional = c.take("?");
  const path: (string | number)[] = [parseName(c)];
  for (;;) {
    if (c.take(".")) path.push(parseName(c));
    else if (c.at("[") && c.ahead(1).kind === "number" && c.at("]", 2)) {
      c.next();
      path.push(Number(c.next().text));
      c.next();
    } else return { kind: "field", path, optional, line };
  }
}

const notNames = new Set(["and", "or", "not", "in", "like", "regex", "where", "by", "with", "until"]);

function parseName(c: EqlCursor): string {
  const { kind, text } = c.token;
  if (kind !== "name" && (kind !== "word" || notNames.has(text.toLowerCase()))) c.fail("expected a field or a value");
  return c.next().text;
}
