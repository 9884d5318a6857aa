import { ImportError } from "../imported.ts";

export interface EqlToken {
  readonly kind: "word" | "name" | "string" | "number" | "symbol" | "end";
  /** A name without back-ticks, the value of a string, the symbol itself. */
  readonly text: string;
  readonly line: number;
  /** Whether blanks or a comment stand before it. */
  readonly apart: boolean;
}

/** More is no query. */
const maxLength = 131_072;

const blanks = /[ \t\r\n]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y;
const word = /[@A-Za-z_][A-Za-z0-9_]*/y;
const quotedName = /`(?:[^`\r\n]|``)+`/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const rawString = /"""([\s\S]*?)"""/y;
const string = /"((?:\\u\{[0-9a-fA-F]{2,8}\}|\\[btnfr"'\\]|[^"\\\r\n])*)"/y;
const symbol = /==|!=|<=|>=|!\[|[=:<>~+\-*/%.,()[\]|?!]/y;

/** Splits a query into tokens, `end` last. Throws `ImportError` at what begins none. */
export function eqlTokens(text: string): readonly EqlToken[] {
  if (text.length > maxLength) throw new ImportError(1, "the text is longer than 128 KiB");
  const tokens: EqlToken[] = [];
  let at = 0;
  let line = 1;
  let apart = false;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const push = (kind: EqlToken["kind"], value: string, length: number): void => {
    tokens.push({ kind, text: value, line, apart });
    line += newLines(text.slice(at, at + length));
    at += length;
    apart = false;
  };
  while (at < text.length) {
    let found = take(blanks);
    if (found !== null) {
      line += newLines(found[0]);
      at += found[0].length;
      apart = true;
    } else if ((found = take(word)) !== null) push("word", found[0], found[0].length);
    else if ((found = take(number)) !== null) push("number", found[0], found[0].length);
    else if ((found = take(quotedName)) !== null) {
      push("name", found[0].slice(1, -1).replaceAll("``", "`"), found[0].length);
    } else if ((found = take(rawString)) !== null) push("string", found[1] ?? "", found[0].length);
    else if ((found = take(string)) !== null) push("string", unescaped(found[1] ?? "", line), found[0].length);
    else if ((found = take(symbol)) !== null) push("symbol", found[0], found[0].length);
    else throw new ImportError(line, unexpected(text.charAt(at)));
  }
  tokens.push({ kind: "end", text: "", line, apart });
  return tokens;
}

function unexpected(char: string): string {
  if (char === '"') return "a string without its end, or with an escape that EQL does not know";
  if (char === "'") return "strings stand in double quotes";
  return `\`${char}\` begins nothing`;
}

function newLines(text: string): number {
  return text.split("\n").length - 1;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

function unescaped(text: string, line: number): string {
  return text.replace(/\\(?:u\{([0-9a-fA-F]+)\}|(.))/g, (_, hex: string | undefined, letter: string | undefined) => {
    if (hex === undefined) return escapes[letter ?? ""] ?? letter ?? "";
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw new ImportError(line, `\`\\u{${hex}}\` is no character`);
    return String.fromCodePoint(code);
  });
}
