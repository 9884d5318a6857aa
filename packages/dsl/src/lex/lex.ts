import { type IToken, Lexer, type TokenType } from "chevrotain";
import type { Comment, Span } from "../ast.ts";
import type { Reporter } from "../reporter.ts";
import { createTokenTypes, type TokenTypes } from "./token-types.ts";
import type { Token } from "./token.ts";

export interface Lexed {
  /** The last one is of kind `end`. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

/** Where an offset of the lexed text stands in the file. */
export type OffsetMap = (offset: number) => number;

/**
 * Takes a text apart. What is malformed is reported and replaced by what was most likely meant, so that the parser can go on.
 *
 * `offsetMap` is for a text inside a file: an expression in a message.
 */
export function lex(text: string, reporter: Reporter, offsetMap: OffsetMap = (offset) => offset): Lexed {
  const { lexer, types } = chevrotain();
  const result = lexer.tokenize(text);
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  for (const raw of result.tokens) {
    const start = offsetMap(raw.startOffset);
    const end = offsetMap(raw.startOffset + raw.image.length);
    const span = { start, end };
    if (isComment(raw.tokenType, types)) {
      reportComment(raw, span, types, reporter);
      comments.push({ text: raw.image, span });
    } else {
      tokens.push(toToken(raw, span, types, reporter));
    }
  }
  for (const { offset, length } of result.errors) {
    reportCharacters(text.slice(offset, offset + length), offsetMap(offset), offsetMap(offset + length), reporter);
  }
  const end = offsetMap(text.length);
  tokens.push({ kind: "end", text: "", key: "", start: end, end });
  return { tokens, comments };
}

let shared: { readonly lexer: Lexer; readonly types: TokenTypes } | undefined;

/** Made at first use, once. */
function chevrotain(): { readonly lexer: Lexer; readonly types: TokenTypes } {
  if (shared === undefined) {
    const types = createTokenTypes();
    shared = { lexer: new Lexer(Object.values<TokenType>({ ...types }), { positionTracking: "onlyOffset" }), types };
  }
  return shared;
}

function isComment(type: TokenType, types: TokenTypes): boolean {
  return (
    type === types.lineComment ||
    type === types.blockComment ||
    type === types.openComment ||
    type === types.foreignComment
  );
}

function reportComment(raw: IToken, span: Span, types: TokenTypes, reporter: Reporter): void {
  if (raw.tokenType === types.openComment) {
    reporter.error("unterminated-comment", { start: span.start, end: span.start + 2 }, "the comment has no end", {
      hint: "close it with `*/`",
    });
  }
  if (raw.tokenType === types.foreignComment) {
    const opener = raw.image.startsWith("#") ? "#" : "//";
    reporter.error(
      "comment-style",
      { start: span.start, end: span.start + opener.length },
      `\`${opener}\` begins no comment`,
      {
        hint: "comments begin with `--`, or stand between `/*` and `*/`",
        fix: "--",
      },
    );
  }
}

function toToken(raw: IToken, span: Span, types: TokenTypes, reporter: Reporter): Token {
  const text = raw.image;
  const at = { text, start: span.start, end: span.end };
  switch (raw.tokenType) {
    case types.word:
      return toWord(text, span, reporter);
    case types.symbol:
      return { kind: "symbol", key: SYMBOL_ALIASES[text] ?? text, ...at };
    case types.number:
      return { kind: "number", key: "", ...at };
    case types.duration:
      return { kind: "duration", key: "", ...at };
    case types.string:
    case types.rawString:
      return { kind: "string", key: "", ...at };
    case types.quoted:
      return { kind: "quoted", key: "", ...at };
    case types.openString:
      reporter.error("unterminated-string", span, "the string has no closing quote in its line", {
        hint: `close it with \`${text.charAt(0)}\`; a line end inside is written \`\\n\``,
      });
      return { kind: "string", key: "", ...at };
    case types.curlyString: {
      const quote = /[“”„]/.test(text.charAt(0)) ? '"' : "'";
      const straight = `${quote}${text.slice(1, -1)}${quote}`;
      reporter.error("unexpected-character", span, `\`${text.charAt(0)}\` is no quote`, {
        hint: "strings stand between straight quotes",
        fix: straight,
      });
      return { kind: "string", key: "", ...at, text: straight };
    }
    case types.openQuoted:
      reportOpenName(text, span, reporter);
      return { kind: "quoted", key: "", ...at };
    case types.malformedNumber:
      return malformedNumber(text, span, reporter);
    default:
      return foreignSymbol(text, span, reporter);
  }
}

function toWord(text: string, span: Span, reporter: Reporter): Token {
  if (/^\w+$/.test(text)) return { kind: "word", key: text.toUpperCase(), text, start: span.start, end: span.end };
  reporter.error("unquoted-name", span, `\`${text}\` has letters that only a name in back-ticks may have`, {
    hint: "put back-ticks around it",
    fix: `\`${text}\``,
  });
  return { kind: "quoted", key: "", text: `\`${text}\``, start: span.start, end: span.end };
}

/** Symbols with two spellings, by the one that the tree has. */
const SYMBOL_ALIASES: Readonly<Record<string, string>> = { "==": "=", "<>": "!=" };

const FOREIGN_SYMBOLS: Readonly<Record<string, string>> = {
  "=>": ">=",
  "=<": "<=",
  "===": "=",
  "!==": "!=",
  "&&": "AND",
  "||": "OR",
  "!": "NOT",
};

function foreignSymbol(text: string, span: Span, reporter: Reporter): Token {
  const key = FOREIGN_SYMBOLS[text] ?? text;
  reporter.error("bad-operator", span, `\`${text}\` is no operator`, {
    hint: text === "||" ? "write `OR`; texts are joined by CONCAT(a, b)" : `write \`${key}\``,
    fix: key,
  });
  return { kind: /^\w/.test(key) ? "word" : "symbol", key, text, start: span.start, end: span.end };
}

function reportOpenName(text: string, span: Span, reporter: Reporter): void {
  if (text === "``") {
    reporter.error("unterminated-name", span, "a name between back-ticks is not empty");
  } else {
    reporter.error("unterminated-name", span, "the name has no closing back-tick in its line", {
      hint: "close it with a back-tick",
    });
  }
}

/** A number with a letter behind it; one that starts like a duration is taken for a duration, else for a number. */
function malformedNumber(text: string, span: Span, reporter: Reporter): Token {
  const lower = text.toLowerCase();
  const spelled = /^(\d[\d_]*)(ms|s|m|h|d|w)/.exec(lower);
  const hint = /^\d[\d_]*\.\d/.test(text)
    ? "durations are whole numbers, joined: `1h30m`"
    : spelled === null && !/^[\d_]+[a-z]+$/.test(lower)
      ? "a name does not begin with a digit; write it in back-ticks"
      : "durations end in ms, s, m, h, d or w: `10s`, `1h30m`";
  reporter.error("bad-number", span, `\`${text}\` is neither a number nor a duration`, {
    hint,
    ...(spelled === null || spelled[0].length < lower.length ? {} : { fix: lower }),
  });
  if (spelled !== null) return { kind: "duration", key: "", text: spelled[0], start: span.start, end: span.end };
  return { kind: "number", key: "", text: /^\d+/.exec(text)?.[0] ?? "0", start: span.start, end: span.end };
}

function reportCharacters(characters: string, start: number, end: number, reporter: Reporter): void {
  const shown = String.fromCodePoint(characters.codePointAt(0) ?? 0);
  const hint = /["'“”„‘’«»]/.test(shown)
    ? "strings stand between straight quotes"
    : shown === "$" || shown === "@"
      ? "a PARAM is written by its name alone; a name with such a character stands in back-ticks"
      : undefined;
  const name = /[\p{C}\p{Z}]/u.test(shown) ? `the character ${codePoint(shown)}` : `\`${shown}\``;
  reporter.error(
    "unexpected-character",
    { start, end },
    `${name} has no meaning here`,
    hint === undefined ? {} : { hint },
  );
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
