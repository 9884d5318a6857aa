import { ImportError } from "../imported.ts";
import { allOf, fieldPath } from "../rule-text.ts";
import type { EqlExpr, EqlFilter, EqlStep } from "./eql-ast.ts";
import { type EqlWriter, writeExpression } from "./write-expression.ts";
import { keyNames, writeKeys } from "./write-keys.ts";

export interface EqlStreams {
  /** One stream for all events, whose category is a field; without it each category is a stream. */
  readonly stream?: string;
  /** Of the events of that stream; `event.category` by default. */
  readonly categoryField?: string;
}

/** A step with its events, condition and keys in the language. */
export interface Part {
  readonly step: EqlStep;
  readonly stream: string;
  readonly where: string;
  readonly keys: readonly string[];
  readonly names: readonly string[];
}

export function partOf(step: EqlStep, by: readonly EqlExpr[], streams: EqlStreams, writer: EqlWriter): Part {
  const keys = [...by, ...step.by];
  return { step, ...writeFilter(step, streams, writer), keys: writeKeys(keys), names: keyNames(keys) };
}

/** The stream of an event filter, and its condition there. */
export function writeFilter(
  { category, where, line }: EqlFilter,
  { stream, categoryField = "event.category" }: EqlStreams,
  writer: EqlWriter,
): { stream: string; where: string } {
  const condition = writeExpression(where, writer);
  if (stream === undefined) {
    if (category === null) {
      throw new ImportError(line, "`any` needs one stream of all events (`--stream NAME`)");
    }
    return { stream: fieldPath([category], line), where: condition };
  }
  const is = writer.listFields.has(categoryField) ? "CONTAINS" : "=";
  const field = fieldPath(categoryField.split("."), line);
  const only = category === null ? [] : [`${field} ${is} ${JSON.stringify(category)}`];
  const conditions = [...only, ...(condition === "TRUE" ? [] : [condition])];
  return { stream: fieldPath([stream], line), where: allOf(conditions) };
}

/** The first names of the fields in an expression: what an alias must not be called. */
export function fieldNames(expr: EqlExpr, names: Set<string>): void {
  switch (expr.kind) {
    case "field":
      names.add(String(expr.path[0]));
      break;
    case "call":
      for (const arg of expr.args) fieldNames(arg, names);
      break;
    case "not":
    case "minus":
      fieldNames(expr.operand, names);
      break;
    case "logic":
      for (const item of expr.items) fieldNames(item, names);
      break;
    case "compare":
    case "arithmetic":
      fieldNames(expr.left, names);
      fieldNames(expr.right, names);
      break;
    case "match":
      for (const item of [expr.operand, ...expr.values]) fieldNames(item, names);
      break;
    default:
  }
}
