import type { Datum, Emit } from "../ast.ts";
import { bracesPiece } from "./braces.ts";
import type { Doc } from "./doc.ts";
import { type ExpressionContext, printExpr } from "./expression.ts";
import { printKey, printName, printSink } from "./name.ts";
import { type Piece, piece } from "./piece.ts";

export function emitPiece(emit: Emit, context: ExpressionContext): Piece {
  const data = emit.data?.map((datum) => piece(datum.span, [], () => printDatum(datum, context)));
  return piece(emit.span, data ?? [], () => [
    emit.each ? "EMIT EACH " : "EMIT ",
    emit.severity,
    emit.message === undefined ? "" : ` ${emit.message.literal.text}`,
    data === undefined ? "" : [" ", bracesPiece(data, context.text)],
    emit.into === undefined ? "" : ` INTO ${printName(emit.into.text)}`,
    emit.to === undefined ? "" : ` TO ${emit.to.map((sink) => printSink(sink.text)).join(", ")}`,
    emit.resolve ? " AND RESOLVE" : "",
  ]);
}

function printDatum(datum: Datum, context: ExpressionContext): Doc {
  const value = printExpr(datum.value, context);
  return datum.short ? value : [`${printKey(datum.name.text)}: `, value];
}
