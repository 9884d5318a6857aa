import type { Span } from "../ast.ts";
import type { FoldingRange } from "./service-types.ts";
import type { SourceText } from "./source-text.ts";

/** What an editor can fold: declarations and comments of several lines, and rows of line comments. */
export function foldingRanges(source: SourceText): readonly FoldingRange[] {
  const { file } = source.parsed;
  return [
    ...file.declarations.flatMap(({ span }) => fold(source, span, "region")),
    ...commentRows(source).flatMap((span) => fold(source, span, "comment")),
  ].toSorted((a, b) => a.startLine - b.startLine);
}

function fold(source: SourceText, span: Span, kind: FoldingRange["kind"]): readonly FoldingRange[] {
  const { start, end } = source.range(span);
  return end.line > start.line ? [{ startLine: start.line, endLine: end.line, kind }] : [];
}

/** Comments, those that stand on lines one below the other taken together. */
function commentRows(source: SourceText): readonly Span[] {
  const rows: { start: number; end: number }[] = [];
  for (const { span, text } of source.lexed.comments) {
    const before = rows.at(-1);
    const joins =
      before !== undefined &&
      text.startsWith("--") &&
      /^(?:\r\n|\n|\r)[^\S\r\n]*$/.test(source.text.slice(before.end, span.start));
    if (joins) before.end = span.end;
    else rows.push({ start: span.start, end: span.end });
  }
  return rows;
}
