import type { Cooldown, Dur, Expr, KeyExpr, Match, Span, Window } from "../ast.ts";
import { type Doc, group, indent, join, line } from "./doc.ts";
import { chainOperands, type ExpressionContext, printDur, printExpr, printOperand } from "./expression.ts";
import { printAnyName } from "./name.ts";
import { type Piece, piece, printPiece } from "./piece.ts";

/**
 * `keyword` and a condition, whose AND or OR may break into lines; each operand keeps its comments. `end` stands behind the
 * last one.
 */
export function conditionPiece(
  keyword: string,
  expr: Expr,
  span: Span,
  context: ExpressionContext,
  end: string = "",
): Piece {
  const { op, operands } = chainOperands(expr);
  const pieces = operands.map((operand) => piece(operand.span, [], () => printOperand(operand, op, context)));
  const print = (): Doc => {
    const [first = "", ...rest] = pieces.map((operand, i) =>
      printPiece(operand, i === pieces.length - 1 ? end : "", i === 0 ? keyword : `${op ?? ""} `),
    );
    return group([first, indent(rest.map((operand) => [line, operand]))]);
  };
  return piece(span, pieces, print, { first: pieces[0], last: pieces.at(-1) });
}

export function printKeys(keys: readonly KeyExpr[], context: ExpressionContext): Doc {
  return join(
    ", ",
    keys.map((key) => [printExpr(key.expr, context), key.as === undefined ? "" : ` AS ${printAnyName(key.as.text)}`]),
  );
}

export function printWindow(window: Window, context: ExpressionContext): string {
  const part = (word: string, dur: Dur | undefined): string =>
    dur === undefined ? "" : ` ${word} ${printDur(dur, context)}`;
  switch (window.kind) {
    case "within":
      return [
        `WITHIN ${printDur(window.length, context)}`,
        part("PRECISION", window.precision),
        part("EVERY", window.every),
        part("OFFSET", window.offset),
      ].join("");
    case "every":
      return `EVERY ${printDur(window.every, context)}${part("OFFSET", window.offset)}`;
    case "last":
      return `LAST ${window.count} EVENTS`;
    default:
      return `SESSION ${printDur(window.gap, context)}${part("MAX", window.max)}`;
  }
}

export function printMatch(match: Match): string {
  return match.mode === "all" ? `MATCH ALL LIMIT ${match.limit ?? 1}` : `MATCH ${match.mode.toUpperCase()}`;
}

export function printCooldown(cooldown: Cooldown, context: ExpressionContext): Doc {
  const per = cooldown.per === undefined ? "" : [" PER ", printExpr(cooldown.per, context)];
  return [`COOLDOWN ${printDur(cooldown.duration, context)}`, per];
}
