import type { Span } from "../ast.ts";

export type TokenKind = "word" | "quoted" | "string" | "number" | "duration" | "symbol" | "end";

/** A token of a rule file, comments and blanks apart. */
export interface Token extends Span {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** What the parser compares: a word in upper case, a symbol; empty for all else, so that `` `from` `` is never a keyword. */
  readonly key: string;
}
