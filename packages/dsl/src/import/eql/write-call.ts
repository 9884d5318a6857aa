import { ImportError } from "../imported.ts";
import { anyOf, inNetwork } from "../rule-text.ts";
import { hasText } from "../wildcard.ts";
import type { EqlExpr } from "./eql-ast.ts";
import { type EqlWriter, isListField, wildcards } from "./write-expression.ts";

type Call = EqlExpr & { kind: "call" };
type Write = (expr: EqlExpr) => string;

const arithmetic: ReadonlyMap<string, string> = new Map([
  ["add", "+"],
  ["subtract", "-"],
  ["multiply", "*"],
  ["divide", "/"],
  ["modulo", "%"],
]);

const textTests = { startswith: "STARTS WITH", endswith: "ENDS WITH", stringcontains: "CONTAINS" } as const;

/** A call of one of EQL's functions, whose names are read in any case. */
export function writeCall(call: Call, writer: EqlWriter, write: Write): string {
  const name = call.name.toLowerCase();
  const operator = arithmetic.get(name);
  if (operator !== undefined) {
    const [left, right] = argumentsOf(call, 2, 2).map(write);
    if (name === "divide") {
      writer.notes.push({ level: "note", line: call.line, message: "a quotient of whole numbers is not rounded down" });
    }
    return `(${left} ${operator} ${right})`;
  }
  if (name === "startswith" || name === "endswith" || name === "stringcontains") {
    return writeTextTest(call, textTests[name], write);
  }
  switch (name) {
    case "length":
      return `LENGTH(${argumentsOf(call, 1, 1).map(write).join()})`;
    case "concat":
      return `CONCAT(${argumentsOf(call, 1, 100).map(write).join(", ")})`;
    case "string":
      return `CONCAT(${argumentsOf(call, 1, 1).map(write).join()})`;
    case "cidrmatch":
      return writeCidr(call, write);
    case "wildcard":
      return writeWildcard(call, writer, write);
    case "substring":
      return writeSubstring(call, write);
    default:
      throw new ImportError(call.line, `the function \`${call.name}\` has no equivalent`);
  }
}

function writeTextTest(call: Call, operator: "STARTS WITH" | "ENDS WITH" | "CONTAINS", write: Write): string {
  const [source, text] = argumentsOf(call, 2, 2);
  if (source === undefined || text === undefined) return "NULL";
  if (text.kind === "string") return hasText(write(source), operator, text.value, call.caseless);
  const fold = (expr: EqlExpr): string => (call.caseless ? `LOWER(${write(expr)})` : write(expr));
  return `${fold(source)} ${operator} ${fold(text)}`;
}

function writeCidr(call: Call, write: Write): string {
  const [address, ...networks] = argumentsOf(call, 2, 1000);
  if (address === undefined) return "NULL";
  const tests = networks.map((network) => {
    if (network.kind !== "string") throw new ImportError(network.line, "`cidrMatch` takes networks as strings");
    return inNetwork(write(address), network.value);
  });
  return anyOf(tests);
}

function writeWildcard(call: Call, writer: EqlWriter, write: Write): string {
  const [source, ...patterns] = argumentsOf(call, 2, 1000);
  if (source === undefined) return "NULL";
  const texts = patterns.map((pattern) => {
    if (pattern.kind !== "string") throw new ImportError(pattern.line, "`wildcard` takes patterns as strings");
    return pattern.value;
  });
  return wildcards({ operand: write(source), caseless: call.caseless, list: isListField(source, writer) }, texts);
}

/** Positions are counted from 0 there and from 1 here; negative ones count from the end, which no function here does. */
function writeSubstring(call: Call, write: Write): string {
  const [source, start, end] = argumentsOf(call, 2, 3);
  if (source === undefined || start?.kind !== "number" || (end !== undefined && end.kind !== "number")) {
    throw new ImportError(call.line, "`substring` has an equivalent only with positions that are numbers from 0 on");
  }
  const length = end === undefined ? "" : `, ${Math.max(0, end.value - start.value)}`;
  return `SUBSTRING(${write(source)}, ${start.value + 1}${length})`;
}

function argumentsOf(call: Call, least: number, most: number): readonly EqlExpr[] {
  const count = call.args.length;
  if (count < least || count > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new ImportError(call.line, `\`${call.name}\` takes ${wanted} arguments, not ${count}`);
  }
  return call.args;
}
