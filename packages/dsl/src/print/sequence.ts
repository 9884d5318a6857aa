import type { Expr, PlainStep, Quantifier, Sequence, Step } from "../ast.ts";
import { type Doc, group, indent, join, line, softLine } from "./doc.ts";
import { conditionPiece } from "./clause.ts";
import { type ExpressionContext, printExpr } from "./expression.ts";
import { printName } from "./name.ts";
import { type Piece, piece, printPiece } from "./piece.ts";

/** The steps stand one below the other, THEN in front, where they do not fit on one line. */
export function sequencePiece(sequence: Sequence, context: ExpressionContext): Piece {
  const steps = sequence.steps.map((step) => stepPiece(step, context));
  const print = (): Doc => {
    const docs = steps.map((step, i) =>
      i === 0 ? printPiece(step, "", "SEQUENCE ") : [line, printPiece(step, "", then(sequence.steps[i]))],
    );
    return group(indent(docs, 4));
  };
  return piece(sequence.span, steps, print, { first: steps[0], last: steps.at(-1) });
}

function then(step: Step | undefined): string {
  return step?.next === true ? "THEN NEXT " : "THEN ";
}

function stepPiece(step: Step, context: ExpressionContext): Piece {
  if (step.kind === "step") return plainStepPiece(step, (keys) => printKeyList(keys, context), context);
  const members = step.members.map((member) =>
    plainStepPiece(member, (keys) => printMemberKeys(keys, context), context),
  );
  return piece(step.span, members, () => {
    const docs = members.map((member, i) => [line, printPiece(member, i < members.length - 1 ? "," : "")]);
    const [first = "", ...rest] = docs;
    return group([
      step.mode === "all" ? "ALL OF (" : "ANY OF (",
      indent([softLine, first.slice(1), rest]),
      softLine,
      ")",
    ]);
  });
}

function plainStepPiece(step: PlainStep, keys: (by: readonly Expr[]) => Doc, context: ExpressionContext): Piece {
  const { where } = step;
  const by = (by: PlainStep["by"]): Doc => (by === undefined ? "" : [" BY ", keys(by)]);
  const condition = where === undefined ? undefined : conditionPiece("WHERE ", where, where.span, context);
  const print = (): Doc => [
    step.not ? "NOT " : "",
    step.alias === undefined ? "" : `${printName(step.alias.text)}:`,
    step.alias === undefined || step.stream === undefined ? "" : " ",
    step.stream === undefined ? "" : printName(step.stream.text),
    step.quantifier === undefined ? "" : printQuantifier(step.quantifier),
    condition === undefined ? by(step.by) : [" ", printPiece(condition, by(step.by))],
  ];
  return piece(step.span, condition === undefined ? [] : [condition], print, { last: condition });
}

function printQuantifier({ min, max }: Quantifier): string {
  if (max === null) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printKeyList(keys: readonly Expr[], context: ExpressionContext): Doc {
  return join(
    ", ",
    keys.map((key) => printExpr(key, context)),
  );
}

/** In a group a comma ends the member: several keys stand in parentheses. */
function printMemberKeys(keys: readonly Expr[], context: ExpressionContext): Doc {
  const list = printKeyList(keys, context);
  return keys.length > 1 ? ["(", list, ")"] : list;
}
