import type { Token } from "../lex/token.ts";
import { type SourceText, tokenIndex } from "./source-text.ts";

/** What is being written at a caret. */
export interface CaretWord {
  /** What a completion replaces. */
  readonly start: number;
  readonly end: number;
  /** `text`: inside of a string. */
  readonly kind: "word" | "number" | "text";
  /** Of `text`: the string. */
  readonly token?: Token;
}

/** The word, number or string at a caret; an empty word where there is none, and `null` inside of a comment. */
export function wordAt(source: SourceText, caret: number): CaretWord | null {
  const { comments, tokens } = source.lexedAround(caret);
  const inComment = comments.some(
    ({ span, text }) => span.start < caret && (caret < span.end || (caret === span.end && !text.endsWith("*/"))),
  );
  if (inComment) return null;
  const first = tokenIndex(tokens, caret);
  for (const token of tokens.slice(first, first + 2)) {
    if (token.start > caret || token.kind === "symbol" || token.kind === "end") continue;
    if (token.end < caret || (token.start === caret && token.kind !== "word" && token.kind !== "quoted")) continue;
    if (token.kind === "string") {
      if (caret <= token.start || (caret === token.end && isClosed(token))) continue;
      return { ...wordInText(source.text, caret), kind: "text", token };
    }
    const kind = token.kind === "number" || token.kind === "duration" ? "number" : "word";
    // A name in back-ticks that is not closed runs to the end of its line, and what stands behind the caret is not part of it.
    const open = token.kind === "quoted" && !/^`[^`]+`$/.test(token.text);
    return { start: token.start, end: open ? caret : token.end, kind };
  }
  return { start: caret, end: caret, kind: "word" };
}

function isClosed({ text }: Token): boolean {
  const open = text.startsWith("r") ? 2 : 1;
  return text.length > open && text.endsWith(text.charAt(open - 1));
}

function wordInText(text: string, caret: number): { readonly start: number; readonly end: number } {
  let start = caret;
  let end = caret;
  while (start > 0 && /\w/.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && /\w/.test(text.charAt(end))) end += 1;
  return { start, end };
}
