import { placedKeywords, reservedWords } from "../lex/keywords.ts";
import { lex } from "../lex/lex.ts";
import { Reporter } from "../reporter.ts";

export type LineTokenType = "comment" | "keyword" | "name" | "function" | "string" | "number" | "operator" | "text";

export interface LineToken {
  /** From 0 in the line; a token goes to the next one. */
  readonly start: number;
  readonly type: LineTokenType;
}

/** What one line leaves to the next. */
export type LineState = "code" | "comment";

export interface TokenizedLine {
  readonly tokens: readonly LineToken[];
  readonly state: LineState;
}

/** Longer lines are not taken apart. */
const LONGEST_LINE = 20_000;

/** The tokens of one line by their looks alone, for an editor that colours line by line. `before`: what the line before left. */
export function tokenizeLine(line: string, before: LineState): TokenizedLine {
  const tokens: LineToken[] = [];
  let start = 0;
  if (before === "comment") {
    const end = line.indexOf("*/");
    tokens.push({ start: 0, type: "comment" });
    if (end < 0) return { tokens, state: "comment" };
    start = end + 2;
  }
  if (line.length > LONGEST_LINE) return { tokens: [...tokens, { start, type: "text" }], state: "code" };
  const rest = line.slice(start);
  const lexed = lex(rest, new Reporter(rest));
  const found: { start: number; end: number; type: LineTokenType }[] = lexed.comments.map(({ span }) => ({
    ...span,
    type: "comment",
  }));
  for (const [i, token] of lexed.tokens.entries()) {
    if (token.kind === "end") continue;
    const next = lexed.tokens[i + 1];
    const type = typeOf(token.kind, token.key, token.text, next?.key === "(");
    found.push({ start: token.start, end: token.end, type });
  }
  let done = 0;
  for (const token of found.toSorted((a, b) => a.start - b.start)) {
    if (token.start > done) tokens.push({ start: start + done, type: "text" });
    tokens.push({ start: start + token.start, type: token.type });
    done = token.end;
  }
  if (done < rest.length) tokens.push({ start: start + done, type: "text" });
  const last = lexed.comments.at(-1)?.text ?? "";
  const open = last.startsWith("/*") && !(last.length >= 4 && last.endsWith("*/"));
  return { tokens, state: open ? "comment" : "code" };
}

/** Keywords are written in capitals: a word that is one in its place alone is taken for a name in small letters. */
function typeOf(kind: string, key: string, text: string, called: boolean): LineTokenType {
  switch (kind) {
    case "word":
      if (reservedWords.has(key)) return "keyword";
      if (called && text !== text.toLowerCase()) return "function";
      return placedKeywords.has(key) && text === key ? "keyword" : called ? "function" : "name";
    case "quoted":
      return "name";
    case "string":
      return "string";
    case "number":
    case "duration":
      return "number";
    default:
      return "operator";
  }
}
