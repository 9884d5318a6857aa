import { type Doc, group, indent, line } from "./doc.ts";
import { type Piece, printPiece } from "./piece.ts";

/** Pieces between braces: on one line, or one to a line where they do not fit or the text has a line end behind the brace. */
export function bracesPiece(pieces: readonly Piece[], text: string): Doc {
  if (pieces.length === 0) return "{}";
  const docs = pieces.map((item, i) => [line, printPiece(item, i < pieces.length - 1 ? "," : "")]);
  return group(["{", indent(docs), line, "}"], beginsBelow(pieces[0], text));
}

/** Whether a line end stands between the brace and the first piece. */
export function beginsBelow(first: Piece | undefined, text: string): boolean {
  if (first === undefined) return false;
  const brace = text.lastIndexOf("{", first.span.start - 1);
  return brace >= 0 && /[\r\n]/.test(text.slice(brace, first.span.start));
}
