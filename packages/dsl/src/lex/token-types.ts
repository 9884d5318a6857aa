import { createToken, Lexer, type TokenType } from "chevrotain";

/** The token types of the language, in the order in which they are tried. */
export interface TokenTypes {
  readonly blank: TokenType;
  readonly lineComment: TokenType;
  readonly blockComment: TokenType;
  readonly openComment: TokenType;
  readonly foreignComment: TokenType;
  readonly rawString: TokenType;
  readonly word: TokenType;
  readonly quoted: TokenType;
  readonly openQuoted: TokenType;
  readonly string: TokenType;
  readonly openString: TokenType;
  /** Between the quotes of a word processor. */
  readonly curlyString: TokenType;
  readonly duration: TokenType;
  readonly malformedNumber: TokenType;
  readonly number: TokenType;
  readonly foreignSymbol: TokenType;
  readonly symbol: TokenType;
  readonly bang: TokenType;
}

const DIGITS = "0123456789".split("");
const RAW_STRING = /r"[^"\r\n]*"|r'[^'\r\n]*'/y;
const WORD = /[A-Za-z_]\w*/y;
const FOREIGN_WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const DURATION = /(?:\d[\d_]*(?:ms|[smhdw]))+(?![A-Za-z0-9_.])/y;
const NUMBER = /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y;
const MALFORMED_NUMBER = /\d\w*(?:\.\w+)*/y;
const JOINS_A_NUMBER = /\w/;

/** Chevrotain's token types, made anew: the caller keeps them, so that importing this file does nothing. */
export function createTokenTypes(): TokenTypes {
  return {
    blank: createToken({ name: "blank", pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true }),
    lineComment: createToken({ name: "lineComment", pattern: /--[^\r\n]*/ }),
    blockComment: createToken({
      name: "blockComment",
      pattern: /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//,
      line_breaks: true,
    }),
    openComment: createToken({ name: "openComment", pattern: /\/\*[^]*/, line_breaks: true }),
    foreignComment: createToken({ name: "foreignComment", pattern: /(?:\/\/|#)[^\r\n]*/ }),
    rawString: custom("rawString", RAW_STRING, ["r"]),
    word: createToken({ name: "word", pattern: { exec: matchWord }, line_breaks: false }),
    quoted: createToken({ name: "quoted", pattern: /`[^`\r\n]+`/ }),
    openQuoted: createToken({ name: "openQuoted", pattern: /``|`[^`\r\n]*/ }),
    string: createToken({
      name: "string",
      pattern: /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"|'[^'\\\r\n]*(?:\\[^\r\n][^'\\\r\n]*)*'/,
    }),
    openString: createToken({ name: "openString", pattern: /["'][^\r\n]*/ }),
    curlyString: createToken({ name: "curlyString", pattern: /[“”„][^“”„"\\\r\n]*[“”]|[‘’‚][^‘’‚'\\\r\n]*[‘’]/ }),
    duration: custom("duration", DURATION, DIGITS),
    malformedNumber: createToken({
      name: "malformedNumber",
      pattern: { exec: matchMalformedNumber },
      line_breaks: false,
      start_chars_hint: DIGITS,
    }),
    number: custom("number", NUMBER, DIGITS),
    foreignSymbol: createToken({ name: "foreignSymbol", pattern: /===|!==|=>|=<|&&|\|\|/ }),
    symbol: createToken({ name: "symbol", pattern: /<=|>=|<>|!=|==|[-+*/%=<>(){}[\],.:;?]/ }),
    bang: createToken({ name: "bang", pattern: /!/ }),
  };
}

/** A pattern that Chevrotain tries as it stands, without reading the regular expression itself. */
function custom(name: string, pattern: RegExp, startChars: string[]): TokenType {
  return createToken({
    name,
    pattern: { exec: (text: string, offset: number) => matchAt(pattern, text, offset) },
    line_breaks: false,
    start_chars_hint: startChars,
  });
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

/** A word, taken with letters of other alphabets in it: the lexer says that such a name needs back-ticks. */
function matchWord(text: string, offset: number): RegExpExecArray | null {
  const word = matchAt(WORD, text, offset);
  const next = text.charCodeAt(offset + (word?.[0].length ?? 0));
  return next > 127 ? (matchAt(FOREIGN_WORD, text, offset) ?? word) : word;
}

/** A number that runs into a letter: `10sec`, `1.5h`. */
function matchMalformedNumber(text: string, offset: number): RegExpExecArray | null {
  const number = matchAt(NUMBER, text, offset);
  if (number === null || !JOINS_A_NUMBER.test(text.charAt(offset + number[0].length))) return null;
  return matchAt(MALFORMED_NUMBER, text, offset);
}
