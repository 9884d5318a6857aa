import type { Declaration, SourceFile } from "../ast.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { lex } from "../lex/lex.ts";
import { parse } from "../parse/parse.ts";
import { Reporter } from "../reporter.ts";
import { namedPiece, streamPiece, tablePiece } from "./declarations.ts";
import { render } from "./doc.ts";
import type { ExpressionContext } from "./expression.ts";
import { attachComments, commentText, type Piece, type PlacedComment, piece, printPiece } from "./piece.ts";
import { type ClauseStart, rulePiece, startsWith } from "./rule.ts";
import { testPiece } from "./test.ts";
import { LINE_WIDTH } from "./width.ts";

export interface Formatted {
  readonly text: string;
  /** The errors for which the text was left as it is. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The canonical text of a rule file. A file with errors is returned as it is. */
export function format(text: string): Formatted {
  const { file, diagnostics } = parse(text);
  if (diagnostics.length > 0) return { text, diagnostics };
  const printed = print(file, text);
  // The parentheses that the canonical form adds may go beyond the nesting limit; then the file stays as its author wrote it.
  return { text: parse(printed).diagnostics.length > 0 ? text : printed, diagnostics };
}

/**
 * The canonical text of a tree that has no errors.
 *
 * `text` is what the tree was parsed from: it gives comments their places, and says which rules stood on one line. Printing
 * what was printed changes nothing, and parsing it gives the same tree but for spans.
 */
export function print(file: SourceFile, text: string): string {
  const context: ExpressionContext = { text };
  const clauseStart = clauseStarts(text);
  const pieces = file.declarations.map((declaration) => declarationPiece(declaration, context, clauseStart));
  const root = piece(file.span, pieces, () => "");
  attachComments(root, file.comments, text);
  const blocks = [
    ...pieces.map((item, i) => block(item, file.declarations[i], file.declarations[i + 1], text)),
    ...looseComments(root, text),
  ];
  return joinBlocks(blocks);
}

function declarationPiece(declaration: Declaration, context: ExpressionContext, clauseStart: ClauseStart): Piece {
  switch (declaration.kind) {
    case "stream":
      return streamPiece(declaration, context);
    case "table":
      return tablePiece(declaration, context);
    case "rule":
      return rulePiece(declaration, context, clauseStart);
    case "test":
      return testPiece(declaration, context);
    default:
      return namedPiece(declaration, context);
  }
}

/** Looks a clause's keywords up in the tokens before its first node. */
function clauseStarts(text: string): ClauseStart {
  if (text === "") return (nodeStart) => nodeStart;
  const { tokens } = lex(text, new Reporter(text));
  const index = new Map(tokens.map((token, i) => [token.start, i]));
  return (nodeStart, keywords) => tokens[(index.get(nodeStart) ?? 0) - keywords]?.start ?? nodeStart;
}

/** A declaration or a comment between declarations, as text, with what decides on the blank lines around it. */
interface Block {
  readonly text: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly blankBefore: boolean;
  /** It has several lines and is no comment: blank lines set it off. */
  readonly tall: boolean;
  /** A comment that stands directly before what it is about. */
  readonly comment: boolean;
}

function block(
  item: Piece,
  declaration: Declaration | undefined,
  next: Declaration | undefined,
  text: string,
): readonly Block[] {
  const { leading, after } = item.comments;
  const inline = leading.filter(({ endsLine }) => !endsLine);
  const above = leading.filter(({ endsLine }) => endsLine);
  const body: Piece = { ...item, comments: { ...item.comments, leading: inline, after: [] } };
  const separator = declaration !== undefined && next !== undefined && runsOn(declaration, next) ? ";" : "";
  const printed = render(printPiece(body, separator), LINE_WIDTH);
  const start = inline[0]?.comment.span.start ?? item.span.start;
  return [
    ...above.map((placed) => commentBlock(placed, text)),
    {
      text: printed,
      span: { start, end: item.span.end },
      blankBefore: hasBlankBefore(text, start),
      tall: printed.includes("\n"),
      comment: false,
    },
    ...after.map((placed) => commentBlock(placed, text)),
  ];
}

/** Whether the text of one declaration would go on with the next: WHEN and EXPIRE begin a rule only behind a `;`. */
function runsOn(declaration: Declaration, next: Declaration): boolean {
  if (declaration.kind !== "rule" || next.kind !== "rule") return false;
  const start = startsWith(next);
  return start === "WHEN" || start === "EMIT";
}

function commentBlock({ comment }: PlacedComment, text: string): Block {
  return {
    text: commentText(comment),
    span: comment.span,
    blankBefore: hasBlankBefore(text, comment.span.start),
    tall: false,
    comment: true,
  };
}

/** The comments of a file without declarations. */
function looseComments(root: Piece, text: string): readonly Block[][] {
  const { leading, trailing, lineEnd } = root.comments;
  const all = [...leading, ...trailing, ...(lineEnd === undefined ? [] : [lineEnd])];
  return [all.sort((a, b) => a.comment.span.start - b.comment.span.start).map((placed) => commentBlock(placed, text))];
}

function hasBlankBefore(text: string, offset: number): boolean {
  return /(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*$/.test(text.slice(Math.max(0, offset - 1_000), offset));
}

function joinBlocks(groups: readonly (readonly Block[])[]): string {
  let text = "";
  let tallBefore = false;
  for (const blocks of groups) {
    const tall = blocks.some((block) => block.tall);
    for (const [i, block] of blocks.entries()) {
      const apart = block.blankBefore || (i === 0 && (tall || tallBefore));
      text += `${text === "" ? "" : apart ? "\n\n" : "\n"}${block.text}`;
    }
    if (blocks.length > 0) tallBefore = tall;
  }
  return text === "" ? "" : `${text}\n`;
}
