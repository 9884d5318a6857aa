import { anyOf, quoted } from "./rule-text.ts";

/** Part of a pattern: a text, any number of characters, or one. */
export type PatternPart = { readonly text: string } | "any" | "one";

/** How an operand is compared with texts. */
export interface TextMatch {
  /** The operand as an expression. */
  readonly operand: string;
  readonly caseless: boolean;
  /** Whether it may be a list of texts, of which one must fit. */
  readonly list?: boolean;
}

/** Tests the operand against patterns, of which one must fit. */
export function matchesAny(match: TextMatch, patterns: readonly (readonly PatternPart[])[]): string {
  const merged = patterns.map(mergeTexts);
  const { operand, caseless, list = false } = match;
  if (list) return matchesInList(match, merged);
  const texts = merged.filter(isText).map((parts) => wholeText(parts));
  const others = merged.filter((parts) => !isText(parts)).map((parts) => pattern(operand, parts, caseless));
  return anyOf([...(texts.length === 0 ? [] : [isOneOf(operand, texts, caseless)]), ...others]);
}

/**
 * Tests a text or a list of texts. Of a list CONTAINS asks for an item as a whole; for patterns, and in any case, its text is
 * looked through, which is JSON.
 */
function matchesInList({ operand, caseless }: TextMatch, patterns: readonly (readonly PatternPart[])[]): string {
  if (patterns.some((parts) => parts.length === 1 && parts[0] === "any")) return `${operand} IS NOT NULL`;
  if (!caseless && patterns.every(isText)) {
    return anyOf(patterns.map((parts) => `${operand} CONTAINS ${quoted(wholeText(parts))}`));
  }
  const parts = patterns.map(anywhere);
  if (parts.every((text) => text !== null)) {
    return anyOf(parts.map((text) => hasText(`CONCAT(${operand})`, "CONTAINS", text, caseless)));
  }
  const alone = patterns.map((parts) => regexOf(parts, ".", (text) => text)).join("|");
  const item = patterns.map((parts) => regexOf(parts, jsonCharacter, (text) => JSON.stringify(text).slice(1, -1)));
  const regex = `(?${caseless ? "i" : ""}s)^(?:${alone})$|[\\[,]"(?:${item.join("|")})"[\\],]`;
  return `CONCAT(${operand}) MATCHES ${quoted(regex)}`;
}

/** The text of a pattern that looks for it anywhere, if it reads in JSON as it stands. */
function anywhere(parts: readonly PatternPart[]): string | null {
  const [first, second, third] = parts;
  const found = parts.length === 3 && first === "any" && third === "any" && typeof second === "object";
  return found && JSON.stringify(second.text) === `"${second.text}"` ? second.text : null;
}

const jsonCharacter = '(?:[^"\\\\]|\\\\.)';

/** The pattern as a regular expression; `one` stands for any character. */
function regexOf(parts: readonly PatternPart[], one: string, write: (text: string) => string): string {
  return parts
    .map((part) => (part === "any" ? `${one}*` : part === "one" ? one : escapeRegex(write(part.text))))
    .join("");
}

/** Tests whether the operand is one of the texts. */
export function isOneOf(operand: string, texts: readonly string[], caseless: boolean): string {
  const folds = caseless && texts.some(hasCase);
  const subject = folds ? `LOWER(${operand})` : operand;
  const values = [...new Set(folds ? texts.map(fold) : texts)].map(quoted);
  return values.length === 1 ? `${subject} = ${values.join("")}` : `${subject} IN (${values.join(", ")})`;
}

/** Tests for a text at the start, at the end, or anywhere. */
export function hasText(
  operand: string,
  operator: "STARTS WITH" | "ENDS WITH" | "CONTAINS",
  text: string,
  caseless: boolean,
): string {
  const folds = caseless && hasCase(text);
  return `${folds ? `LOWER(${operand})` : operand} ${operator} ${quoted(folds ? fold(text) : text)}`;
}

function pattern(operand: string, parts: readonly PatternPart[], caseless: boolean): string {
  const [first, second, third] = parts;
  if (parts.length === 1) return first === "any" ? `${operand} IS NOT NULL` : `LENGTH(${operand}) = 1`;
  if (parts.length === 2 && typeof first === "object" && second === "any") {
    return hasText(operand, "STARTS WITH", first.text, caseless);
  }
  if (parts.length === 2 && first === "any" && typeof second === "object") {
    return hasText(operand, "ENDS WITH", second.text, caseless);
  }
  if (parts.length === 3 && first === "any" && typeof second === "object" && third === "any") {
    return hasText(operand, "CONTAINS", second.text, caseless);
  }
  return `${operand} MATCHES ${quoted(`(?${caseless ? "i" : ""}s)^${regexOf(parts, ".", (text) => text)}$`)}`;
}

function mergeTexts(parts: readonly PatternPart[]): readonly PatternPart[] {
  const merged: PatternPart[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "object" && typeof last === "object") {
      merged[merged.length - 1] = { text: last.text + part.text };
    } else if (part !== "any" || last !== "any") merged.push(part);
  }
  return merged;
}

function isText(parts: readonly PatternPart[]): boolean {
  return parts.length === 0 || (parts.length === 1 && typeof parts[0] === "object");
}

function wholeText([part]: readonly PatternPart[]): string {
  return typeof part === "object" ? part.text : "";
}

/** What LOWER of the language makes of it. */
function fold(text: string): string {
  return text.toLowerCase();
}

function hasCase(text: string): boolean {
  return text.toLowerCase() !== text.toUpperCase();
}

/** Whether a text fits a pattern in which `*` stands for any text. */
export function fitsGlob(text: string, glob: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last) || end < at) return false;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** A text as a regular expression that matches it alone. */
function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
