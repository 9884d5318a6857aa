import type { AggregateExpr, BinaryExpr, BinaryOp, CaseExpr, Dur, Expr, InExpr, NameExpr } from "../ast.ts";
import { formatDuration, parseDuration } from "../duration-literal.ts";
import { type Doc, group, indent, join, line, softLine } from "./doc.ts";
import { printAnyName, printName } from "./name.ts";

/** How tightly an expression binds: an operand that binds less tightly than its place asks for gets parentheses. */
const BINDING = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, unary: 7, postfix: 8 } as const;
type Binding = (typeof BINDING)[keyof typeof BINDING];

/** What the printing of an expression needs from the file around it. */
export interface ExpressionContext {
  /** The text of the file; empty for a tree that was made without one. */
  readonly text: string;
}

/** The doc of an expression, with the fewest parentheses but for those that spare a reader the rules: of AND in OR, of NOT. */
export function printExpr(expr: Expr, context: ExpressionContext): Doc {
  return print(expr, { context, protectedName: undefined });
}

/** The operands of a chain of the same AND or OR; of any other expression itself alone. */
export function chainOperands(expr: Expr): {
  readonly op: "AND" | "OR" | undefined;
  readonly operands: readonly Expr[];
} {
  if (expr.kind !== "binary" || (expr.op !== "AND" && expr.op !== "OR")) return { op: undefined, operands: [expr] };
  const { op } = expr;
  const operands: Expr[] = [];
  let rest: Expr = expr;
  while (rest.kind === "binary" && rest.op === op) {
    operands.push(rest.right);
    rest = rest.left;
  }
  return { op, operands: [rest, ...operands.reverse()] };
}

/** One operand of a chain, with the parentheses it needs there. */
export function printOperand(expr: Expr, op: "AND" | "OR" | undefined, context: ExpressionContext): Doc {
  return op === undefined
    ? printExpr(expr, context)
    : operand(expr, BINDING.not, { context, protectedName: undefined });
}

interface Printing {
  readonly context: ExpressionContext;
  /** A name that would be read as PRIOR or DISTINCT where it stands. */
  readonly protectedName: NameExpr | undefined;
}

function print(expr: Expr, p: Printing): Doc {
  switch (expr.kind) {
    case "number":
    case "string":
    case "duration":
      return expr.text;
    case "boolean":
      return expr.value ? "TRUE" : "FALSE";
    case "null":
      return "NULL";
    case "name":
      return expr === p.protectedName ? printName(expr.name, ["PRIOR", "DISTINCT"]) : printName(expr.name);
    case "member":
      return [printObject(expr.object, p), ".", printAnyName(expr.name.text)];
    case "index":
      return [printObject(expr.object, p), "[", print(expr.index, fresh(p)), "]"];
    case "unary":
      return printUnary(expr.op, expr.operand, p);
    case "binary":
      return printBinary(expr, p);
    case "in":
      return printIn(expr, p);
    case "between":
      return [
        operand(expr.operand, BINDING.sum, p),
        expr.not ? " NOT BETWEEN " : " BETWEEN ",
        operand(expr.low, BINDING.sum, fresh(p)),
        " AND ",
        operand(expr.high, BINDING.sum, fresh(p)),
      ];
    case "text":
      // A pattern cannot be broken: where both are too long for a line it goes below, deeper than an AND, rather than what it is compared with.
      return group([
        operand(expr.operand, BINDING.sum, p),
        indent([line, expr.not ? `NOT ${expr.op} ` : `${expr.op} `, operand(expr.pattern, BINDING.sum, fresh(p))], 4),
      ]);
    case "is-null":
      return [operand(expr.operand, BINDING.sum, p), expr.not ? " IS NOT NULL" : " IS NULL"];
    case "case":
      return printCase(expr, fresh(p));
    case "call":
      return printArguments(expr.name, "", expr.args, fresh(p));
    case "aggregate":
      return printAggregate(expr, p);
    default:
      return p.context.text.slice(expr.span.start, expr.span.end);
  }
}

/** Behind an opening bracket or an operator nothing is read as PRIOR or DISTINCT any more. */
function fresh(p: Printing): Printing {
  return { context: p.context, protectedName: undefined };
}

function binding(expr: Expr): Binding {
  switch (expr.kind) {
    case "binary":
      return bindingOf(expr.op);
    case "unary":
      return expr.op === "NOT" ? BINDING.not : BINDING.unary;
    case "in":
    case "between":
    case "text":
    case "is-null":
      return BINDING.comparison;
    default:
      return BINDING.postfix;
  }
}

function bindingOf(op: BinaryOp): Binding {
  switch (op) {
    case "OR":
      return BINDING.or;
    case "AND":
      return BINDING.and;
    case "+":
    case "-":
      return BINDING.sum;
    case "*":
    case "/":
    case "%":
      return BINDING.product;
    default:
      return BINDING.comparison;
  }
}

function operand(expr: Expr, least: Binding, p: Printing): Doc {
  return binding(expr) < least ? ["(", print(expr, fresh(p)), ")"] : print(expr, p);
}

/** What stands before a dot or a bracket. */
function printObject(expr: Expr, p: Printing): Doc {
  // `5m.x` would be no duration, nor would it behind OVER.
  const endsInNumber =
    expr.kind === "number" || expr.kind === "duration" || (expr.kind === "aggregate" && expr.over !== undefined);
  if (endsInNumber) return ["(", print(expr, p), ")"];
  return operand(expr, BINDING.postfix, p);
}

function printUnary(op: "-" | "NOT", inner: Expr, p: Printing): Doc {
  if (op === "NOT") {
    const bare = inner.kind === "unary" || binding(inner) === BINDING.postfix;
    return bare && !(inner.kind === "unary" && inner.op === "-")
      ? ["NOT ", print(inner, fresh(p))]
      : ["NOT (", print(inner, fresh(p)), ")"];
  }
  // Two minus signs without a blank would begin a comment.
  const gap = inner.kind === "unary" && inner.op === "-" ? " " : "";
  return ["-", gap, operand(inner, BINDING.unary, fresh(p))];
}

function printBinary(expr: BinaryExpr, p: Printing): Doc {
  const { op } = chainOperands(expr);
  if (op !== undefined) return printChain(expr, op, p);
  const own = bindingOf(expr.op);
  const left = own === BINDING.comparison ? BINDING.sum : own;
  const right = (own + 1) as Binding;
  return [operand(expr.left, left, p), ` ${expr.op} `, operand(expr.right, right, fresh(p))];
}

function printChain(expr: BinaryExpr, op: "AND" | "OR", p: Printing): Doc {
  const docs = chainOperands(expr).operands.map((part, i) => operand(part, BINDING.not, i === 0 ? p : fresh(p)));
  return group(indent(join([line, `${op} `], docs)));
}

function printIn(expr: InExpr, p: Printing): Doc {
  const start = [operand(expr.operand, BINDING.sum, p), expr.not ? " NOT IN " : " IN "];
  if (expr.items !== undefined) return [start, printArguments("", "", expr.items, fresh(p))];
  return [start, expr.list === undefined ? "" : operand(expr.list, BINDING.sum, fresh(p))];
}

function printCase(expr: CaseExpr, p: Printing): Doc {
  const arms = expr.arms.map((arm) => [line, "WHEN ", print(arm.when, p), " THEN ", print(arm.then, p)]);
  const otherwise = expr.else === undefined ? "" : [line, "ELSE ", print(expr.else, p)];
  return group(["CASE", indent([...arms, otherwise]), line, "END"]);
}

function printAggregate(expr: AggregateExpr, p: Printing): Doc {
  const modifiers = [expr.prior ? "PRIOR" : "", expr.distinct ? "DISTINCT" : ""]
    .filter((word) => word !== "")
    .join(" ");
  const first = expr.args[0];
  const protectedName = first === undefined ? undefined : leftmostName(first);
  const call = printArguments(expr.name, modifiers, expr.args, { context: p.context, protectedName });
  return expr.over === undefined ? call : [call, " OVER ", printDur(expr.over, p.context)];
}

/** A duration as the file has it, `60s` or `1m`. */
export function printDur(dur: Dur, context: ExpressionContext): string {
  if (dur.kind === "name") return printName(dur.name);
  const written = context.text.slice(dur.span.start, dur.span.end);
  return parseDuration(written) === dur.ms ? written : formatDuration(dur.ms);
}

function printArguments(name: string, modifiers: string, args: readonly Expr[], p: Printing): Doc {
  if (args.length === 0) return `${name}(${modifiers})`;
  const docs = args.map((arg, i) => print(arg, i === 0 ? p : fresh(p)));
  const gap = modifiers === "" ? "" : " ";
  return group([`${name}(`, modifiers, gap, indent([softLine, fill(docs)]), softLine, ")"]);
}

/** Items one behind the other, as many to a line as fit. */
function fill(docs: readonly Doc[]): Doc {
  return docs.map((doc, i) => (i === 0 ? doc : [",", group([line, doc])]));
}

/** The name with which the text of an expression begins. */
function leftmostName(expr: Expr): NameExpr | undefined {
  switch (expr.kind) {
    case "name":
      return expr;
    case "member":
    case "index":
      return leftmostName(expr.object);
    case "binary":
      return leftmostName(expr.left);
    case "in":
    case "between":
    case "text":
    case "is-null":
      return leftmostName(expr.operand);
    default:
      return undefined;
  }
}
