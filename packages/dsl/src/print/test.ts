import type { Dur, ExpectItem, Literal, ObjectLit, TestDecl, TestItem } from "../ast.ts";
import { type Doc, flatWidth, group, indent, join, line } from "./doc.ts";
import { type ExpressionContext, printDur } from "./expression.ts";
import { printKey, printName } from "./name.ts";
import { type Piece, piece, printPiece } from "./piece.ts";

/** Longest test that stays on one line. */
const ONE_LINE = 80;

/** A test: one item to a line, or all on one line where they were and fit. */
export function testPiece(test: TestDecl, context: ExpressionContext): Piece {
  const items = test.items.map((item, i) => piece(item.span, [], () => printItem(item, test.items[i - 1], context)));
  const wasOneLine = !/[\r\n]/.test(context.text.slice(test.span.start, test.span.end));
  return piece(test.span, items, () => {
    const head = `TEST ${test.title.text} {`;
    if (items.length === 0) return `${head}}`;
    const doc = [head, indent(items.map((item) => [line, printPiece(item)])), line, "}"];
    return group(doc, !wasOneLine || flatWidth(doc) > ONE_LINE);
  });
}

/** Words that may follow the rule of an EXPECT. */
const BEHIND_RULE: readonly string[] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", "RESOLVED"];

function printItem(item: TestItem, before: TestItem | undefined, context: ExpressionContext): Doc {
  switch (item.kind) {
    case "given": {
      const quoted = before?.kind === "expect" ? BEHIND_RULE : [];
      return [`${printName(item.stream.text, quoted)} `, printObject(item.event), printTimes(item.at, context)];
    }
    case "expect":
      return printExpect(item, context);
    case "until":
      return `UNTIL ${printDur(item.time, context)}`;
    case "test-param":
      return [`PARAM ${printName(item.name.text)} = `, printLiteral(item.value)];
    default:
      return [`TABLE ${printName(item.table.text)} `, printObject(item.row)];
  }
}

/** As many to a line as fit. */
function printTimes(at: readonly Dur[], context: ExpressionContext): Doc {
  const times = at.map((dur, i) => [i === 0 ? " AT " : [",", group(line)], printDur(dur, context)]);
  return indent(times, 4);
}

function printExpect(item: ExpectItem, context: ExpressionContext): Doc {
  if (item.rule === undefined) return "EXPECT NOTHING";
  return [
    `EXPECT ${printName(item.rule.text, ["NOTHING"])}`,
    item.severity === undefined ? "" : ` ${item.severity}`,
    item.resolved ? " RESOLVED" : "",
    item.at === undefined ? "" : ` AT ${printDur(item.at, context)}`,
    item.fields === undefined ? "" : [" ", printObject(item.fields)],
  ];
}

function printLiteral(literal: Literal): Doc {
  switch (literal.kind) {
    case "null":
      return "NULL";
    case "boolean":
      return literal.value ? "TRUE" : "FALSE";
    case "object":
      return printObject(literal);
    case "list":
      return ["[", join(", ", literal.items.map(printLiteral)), "]"];
    default:
      return literal.text;
  }
}

function printObject(object: ObjectLit): Doc {
  if (object.pairs.length === 0) return "{}";
  const pairs = object.pairs.map(({ name, value }) => [`${printKey(name.text)}: `, printLiteral(value)]);
  return group(["{", indent([line, join([",", line], pairs)]), line, "}"]);
}
