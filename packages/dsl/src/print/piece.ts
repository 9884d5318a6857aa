import type { Comment, Span } from "../ast.ts";
import { lineStarts, positionAt } from "../position.ts";
import { type Doc, hardLine, lineEnd } from "./doc.ts";

/**
 * A part of a file that comments can belong to: a declaration, a clause, a step, an operand of AND, a field.
 *
 * `print` makes its doc without its comments; it prints the pieces inside by `printPiece`.
 */
export interface Piece {
  readonly span: Span;
  /** In the order of the text. */
  readonly children: readonly Piece[];
  readonly print: () => Doc;
  /** The child whose text it begins with, but for a keyword: comments above that one are printed above the piece. */
  readonly first: Piece | undefined;
  /** The child whose text it ends with: comments behind that one are printed behind the piece. */
  readonly last: Piece | undefined;
  readonly comments: PieceComments;
}

export interface PieceComments {
  /** On the lines before, or before it on its line. */
  readonly leading: PlacedComment[];
  /** Behind it on its line, those that close themselves. */
  readonly trailing: PlacedComment[];
  /** Behind it to the end of the line. */
  lineEnd: PlacedComment | undefined;
  /** On the lines behind the last piece of its parent. */
  readonly after: PlacedComment[];
}

export interface PlacedComment {
  readonly comment: Comment;
  readonly endsLine: boolean;
}

export function piece(
  span: Span,
  children: readonly Piece[],
  print: () => Doc,
  edges: { readonly first?: Piece | undefined; readonly last?: Piece | undefined } = {},
): Piece {
  const sorted = children.toSorted((a, b) => a.span.start - b.span.start);
  const comments = { leading: [], trailing: [], lineEnd: undefined, after: [] };
  return { span, children: sorted, print, first: edges.first, last: edges.last, comments };
}

/** The doc of a piece with its comments; `prefix` stands behind those before it, `separator` before those behind it. */
export function printPiece(piece: Piece, separator: Doc = "", prefix: Doc = ""): Doc {
  const { leading, trailing, after } = piece.comments;
  return [
    leading.map(({ comment, endsLine }) => [commentText(comment), endsLine ? hardLine : " "]),
    prefix,
    piece.print(),
    separator,
    trailing.map(({ comment }) => ` ${commentText(comment)}`),
    piece.comments.lineEnd === undefined ? "" : lineEnd(` ${commentText(piece.comments.lineEnd.comment)}`),
    after.map(({ comment }) => [hardLine, commentText(comment)]),
  ];
}

/** Whether lines of comments stand before the text of a piece. */
export function beginsWithComment(piece: Piece): boolean {
  if (piece.comments.leading.some(({ endsLine }) => endsLine)) return true;
  const first = piece.children[0];
  return first !== undefined && first.span.start === piece.span.start && beginsWithComment(first);
}

export function commentText(comment: Comment): string {
  return comment.text.startsWith("--") ? comment.text.trimEnd() : comment.text.replaceAll(/\r\n?/g, "\n");
}

/** Gives every comment to the piece it is about. */
export function attachComments(root: Piece, comments: readonly Comment[], text: string): void {
  const lines = lineStarts(text);
  for (const comment of comments) attach(root, comment, text, lines);
  for (const child of root.children) hoist(child);
}

/** Moves comments at the edges of a piece out to it: that is where they are read when its text is parsed again. */
function hoist(piece: Piece): void {
  for (const child of piece.children) hoist(child);
  const { first, last } = piece;
  for (const placed of first?.comments.leading.splice(0) ?? []) piece.comments.leading.push(placed);
  if (last === undefined) return;
  const { trailing, lineEnd, after } = last.comments;
  last.comments.lineEnd = undefined;
  for (const placed of trailing.splice(0)) placeBehind(piece, placed);
  if (lineEnd !== undefined) placeBehind(piece, lineEnd);
  for (const placed of after.splice(0)) placeBehind(piece, placed);
}

function attach(root: Piece, comment: Comment, text: string, lines: readonly number[]): void {
  let parent = root;
  for (;;) {
    const { preceding, enclosing, following } = neighbours(parent.children, comment.span);
    if (enclosing !== undefined) {
      parent = enclosing;
      continue;
    }
    place(comment, { preceding, parent, following }, text, lines);
    return;
  }
}

function place(comment: Comment, at: Surroundings, text: string, lines: readonly number[]): void {
  const { preceding, parent, following } = at;
  const tall = /[\r\n]/.test(comment.text);
  const placed = { comment, endsLine: tall || isBlankToLineEnd(text, comment.span.end) };
  const startsLine = isBlankToLineStart(text, comment.span.start);
  const { line } = positionAt(lines, comment.span.start);
  if (preceding === undefined && following === undefined) {
    if (startsLine) parent.comments.leading.push(placed);
    else placeBehind(parent, placed);
  } else if (startsLine) {
    (following?.comments.leading ?? preceding?.comments.after)?.push(placed);
  } else if (
    preceding !== undefined &&
    (following === undefined || positionAt(lines, preceding.span.end).line === line)
  ) {
    placeBehind(preceding, placed);
  } else {
    following?.comments.leading.push(placed);
  }
}

/** Of two comments to the end of the line one goes above. */
function placeBehind({ comments }: Piece, placed: PlacedComment): void {
  if (/[\r\n]/.test(placed.comment.text)) {
    comments.leading.push(placed);
    return;
  }
  if (!placed.comment.text.startsWith("--")) {
    comments.trailing.push(placed);
    return;
  }
  if (comments.lineEnd !== undefined) comments.leading.push({ comment: comments.lineEnd.comment, endsLine: true });
  comments.lineEnd = placed;
}

interface Surroundings {
  readonly preceding: Piece | undefined;
  readonly parent: Piece;
  readonly following: Piece | undefined;
}

function isBlankToLineStart(text: string, offset: number): boolean {
  let i = offset;
  while (i > 0 && isBlank(text, i - 1)) i -= 1;
  return i === 0 || isLineEnd(text, i - 1);
}

function isBlankToLineEnd(text: string, offset: number): boolean {
  let i = offset;
  while (i < text.length && isBlank(text, i)) i += 1;
  return i === text.length || isLineEnd(text, i);
}

function isBlank(text: string, index: number): boolean {
  return !isLineEnd(text, index) && /\s/.test(text.charAt(index));
}

function isLineEnd(text: string, index: number): boolean {
  const unit = text.charAt(index);
  return unit === "\n" || unit === "\r";
}

interface Neighbours {
  readonly preceding: Piece | undefined;
  readonly enclosing: Piece | undefined;
  readonly following: Piece | undefined;
}

function neighbours(pieces: readonly Piece[], span: Span): Neighbours {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = pieces[middle];
    if (candidate !== undefined && candidate.span.start <= span.start) low = middle + 1;
    else high = middle;
  }
  const before = pieces[low - 1];
  const following = pieces[low];
  const encloses = before !== undefined && before.span.end >= span.end;
  return encloses
    ? { preceding: undefined, enclosing: before, following }
    : { preceding: before, enclosing: undefined, following };
}
