import { reservedWords } from "../lex/keywords.ts";

const WORD = /^[A-Za-z_]\w*$/;

/** A name where a reserved word, or one of `alsoQuoted` (in upper case), would be taken for a keyword. */
export function printName(name: string, alsoQuoted: readonly string[] = []): string {
  const upper = name.toUpperCase();
  return WORD.test(name) && !reservedWords.has(upper) && !alsoQuoted.includes(upper) ? name : `\`${name}\``;
}

/** A name where every word is one: behind a dot, before a colon. */
export function printAnyName(name: string): string {
  return WORD.test(name) ? name : `\`${name}\``;
}

/** The name before a colon in an object, which may be any text. */
export function printKey(name: string): string {
  if (WORD.test(name)) return name;
  return /^[^`\r\n]+$/.test(name) ? `\`${name}\`` : JSON.stringify(name);
}

/** A sink: a name, or a string where it is none. */
export function printSink(name: string): string {
  return WORD.test(name) && !reservedWords.has(name.toUpperCase()) ? name : JSON.stringify(name);
}
