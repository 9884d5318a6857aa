import type { Branch, Cooldown, Expr, KeyExpr, Match, Name, RuleDecl, Span, StringLit } from "../ast.ts";
import { decodeString } from "../lex/string-literal.ts";
import type { Token } from "../lex/token.ts";
import { MAX_RUNS } from "../limits.ts";
import { type Cursor, SyntaxFailure } from "./cursor.ts";
import { parseDur } from "./duration.ts";
import { parseEmit } from "./emit.ts";
import { operatorWords, parseExpr, parseExprOrSkip } from "./expression.ts";
import { beginsClause, beginsDeclaration, continuesExpression, endsRule } from "./lookahead.ts";
import { parseCount } from "./number.ts";
import { skipToClause } from "./resync.ts";
import { parseSequence, skipToStep } from "./sequence.ts";
import { parseWindow, windowWords } from "./window.ts";

/** What a misspelt word where a clause begins is compared with. */
export const clauseWords: readonly string[] = [
  "FROM",
  "WHERE",
  "BY",
  "WITHIN",
  "SEQUENCE",
  "LAST",
  "EVERY",
  "SESSION",
  "MATCH",
  "EXPIRE",
];
const BEHIND_EMIT: readonly string[] = [
  "WHEN",
  "COOLDOWN",
  "INTO",
  "RULE",
  "STREAM",
  "TABLE",
  "PARAM",
  "LET",
  "TEST",
  ...clauseWords,
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Parts = Mutable<Partial<Omit<RuleDecl, keyof Span | "kind" | "span">>> & { branches: Branch[] };

/** A rule, the cursor standing at RULE, at a clause, at WHEN or at EMIT. */
export function parseRule(c: Cursor): RuleDecl {
  const first = c.token;
  const errors = c.reporter.count;
  const parts: Parts = { branches: [] };
  const { index } = c;
  if (c.attempt(() => parseHeader(c, parts)) === undefined) skipToClause(c, index);
  parseClauses(c, parts, first.start);
  parseBranches(c, parts);
  const span = c.spanFrom(first.start);
  if (parts.branches.length === 0 && c.reporter.count === errors) {
    const isRead = !c.reporter.hasErrorWithin({ start: first.start, end: c.token.start });
    if (isRead) reportMissingEmit(c, parts.name, first);
  }
  return { kind: "rule", ...parts, span };
}

function parseHeader(c: Cursor, parts: Parts): true {
  if (c.at("EMIT")) {
    c.error("rule-start", c.token, "a rule without RULE does not begin with EMIT", {
      hint: "write `RULE name` before it, or a clause such as `FROM stream`",
    });
  }
  if (c.take("RULE") === undefined) return true;
  parts.name = parseRuleName(c);
  if (c.token.kind === "string") parts.title = parseTitle(c);
  return true;
}

function parseRuleName(c: Cursor): Name {
  if (c.token.kind === "string") return parseNameInQuotes(c);
  const isReservedName = !c.isName() && c.isAnyName() && (c.peek(1).kind === "string" || beginsClause(c, 1));
  if (!isReservedName) return c.name("the rule's name");
  c.unexpected("the rule's name", { hint: "a keyword is a name in back-ticks", fix: `\`${c.token.text}\`` });
  return c.anyName("the rule's name");
}

/** A string where the name should be: it is taken for it, so that the rest of the rule is read. */
function parseNameInQuotes(c: Cursor): Name {
  const text = c.token.text.slice(1, -1);
  c.unexpected("the rule's name", {
    hint: "a name is one word, or stands in back-ticks; behind it a text in quotes is the rule's title",
    ...(/^[^`\\\r\n]+$/.test(text) ? { fix: `\`${text}\`` } : {}),
  });
  const { start, end } = c.advance();
  return { text, span: { start, end } };
}

/** A string of which nothing is replaced. */
export function parseTitle(c: Cursor): StringLit {
  const token = c.advance();
  const { value } = decodeString(token, c.reporter);
  return { kind: "string", value, text: token.text, span: { start: token.start, end: token.end } };
}

function parseClauses(c: Cursor, parts: Parts, start: number): void {
  let behindWindow = false;
  while (!endsRule(c) && !c.at("WHEN") && !c.at("EMIT")) {
    // What should have ended a rule that cannot be read may be a part of what was skipped.
    const second = c.at("FROM") && parts.from !== undefined;
    if (second && c.reporter.hasErrorWithin({ start, end: c.token.start })) return;
    const { index } = c;
    if (beginsClause(c)) {
      behindWindow = windowWords.has(c.token.key);
      if (c.attempt(() => parseClause(c, parts)) === undefined) {
        skipToClause(c, index);
        behindWindow = false;
      }
    } else if (isMisspeltClause(c, behindWindow)) {
      // It is now taken for the keyword; what makes no clause of it is reported at the same place, and so not again.
      if (!beginsClause(c) && !c.at("WHEN") && !c.at("EMIT")) skipUnread(c, index);
    } else if (behindWindow) {
      parseBranch(c, parts, true);
      return;
    } else if (looksLikeCondition(c)) {
      c.error("missing-when", c.token, "a condition stands behind WHEN", {
        hint: "only directly behind a window may WHEN be left out",
      });
      parseBranch(c, parts, false, true);
      return;
    } else if (c.at("THEN") && c.reporter.hasErrorWithin({ start, end: c.token.start })) {
      // Of a sequence whose beginning could not be read.
      c.advance();
      skipToStep(c);
    } else {
      const hint = groupedDigits(c) ?? INCOMPLETE[c.token.key];
      c.unexpected("a clause, WHEN or EMIT", hint === undefined ? {} : { hint });
      skipUnread(c, index);
    }
  }
}

/** Hints for keywords that stand without the word that makes a clause of them. */
const INCOMPLETE: Readonly<Record<string, string>> = {
  MATCH: "write `MATCH EACH`, `MATCH LATEST` or `MATCH ALL LIMIT n`",
  EXPIRE: "write `EXPIRE AFTER 1h`",
  LAST: "write `LAST 10 EVENTS`",
  STARTS: "write `STARTS WITH`",
  ENDS: "write `ENDS WITH`",
  COOLDOWN: "COOLDOWN stands behind EMIT",
  THEN: "THEN joins the steps of a SEQUENCE",
  GROUP: "write `BY` alone",
  HAVING: "what must hold of the events of a key stands behind WHEN",
};

/** `1,000` */
function groupedDigits(c: Cursor): string | undefined {
  const { token, previous } = c;
  const next = c.peek(1);
  const grouped = c.at(",") && previous?.kind === "number" && previous.end === token.start;
  if (!grouped || next.kind !== "number" || next.start !== token.end) return undefined;
  return `digits are set apart by \`_\`: \`${previous.text}_${next.text}\``;
}

function skipUnread(c: Cursor, index: number): void {
  c.advance();
  skipToClause(c, index);
}

function isMisspeltClause(c: Cursor, behindWindow: boolean): boolean {
  if (continuesExpression(c, 1) && (behindWindow || !(c.at("EMIT", 1) || c.at("(", 1)))) return false;
  return c.correct([...clauseWords, "WHEN", "EMIT", ...(behindWindow ? [] : operatorWords)]);
}

function looksLikeCondition(c: Cursor): boolean {
  return c.at("NOT") || c.at("(") || (c.isName() && continuesExpression(c, 1) && !c.at("EMIT", 1));
}

function parseClause(c: Cursor, parts: Parts): true {
  const { token } = c;
  if (windowWords.has(token.key)) {
    const window = parseWindow(c);
    setOnce(c, parts, "window", token, window);
    return true;
  }
  switch (token.key) {
    case "FROM":
      c.advance();
      setOnce(
        c,
        parts,
        "from",
        token,
        c.list((): Name => c.name("a stream")),
      );
      break;
    case "WHERE":
      c.advance();
      setOnce(c, parts, "where", token, parseExprOrSkip(c));
      break;
    case "BY":
      c.advance();
      setOnce(
        c,
        parts,
        "by",
        token,
        c.list(() => parseKeyExpr(c)),
      );
      break;
    case "SEQUENCE":
      setOnce(c, parts, "sequence", token, parseSequence(c));
      break;
    case "MATCH":
      setOnce(c, parts, "match", token, parseMatch(c));
      break;
    default:
      parseExpire(c, parts);
  }
  return true;
}

function setOnce<Key extends "from" | "where" | "by" | "window" | "sequence" | "match" | "expire" | "cooldown">(
  c: Cursor,
  parts: Parts,
  key: Key,
  token: Token,
  value: Parts[Key],
): void {
  if (parts[key] === undefined) {
    parts[key] = value;
    return;
  }
  const what = key === "window" ? "window" : token.key;
  const hint =
    key === "window" && token.key === "EVERY" && parts.window?.kind === "within"
      ? { hint: "a hopping window is written in one piece: `WITHIN 10m EVERY 1m`" }
      : key === "cooldown"
        ? {}
        : { hint: "each clause stands once in a rule; its EMIT ends it" };
  c.error("duplicate-clause", token, `the rule has a second ${what}`, hint);
}

function parseKeyExpr(c: Cursor): KeyExpr {
  const { start } = c.token;
  const expr = parseExpr(c);
  if (c.take("AS") === undefined) return { expr, span: c.spanFrom(start) };
  const as = c.anyName("a name for the key");
  return { expr, as, span: c.spanFrom(start) };
}

function parseMatch(c: Cursor): Match {
  const { start } = c.advance();
  const mode = c.advance().key;
  if (mode !== "ALL") return { mode: mode === "EACH" ? "each" : "latest", span: c.spanFrom(start) };
  c.expect("LIMIT", "behind MATCH ALL");
  const limit = parseCount(c, "the number of live runs", 1, MAX_RUNS);
  return { mode: "all", limit, span: c.spanFrom(start) };
}

function parseExpire(c: Cursor, parts: Parts): void {
  const token = c.advance();
  c.advance();
  setOnce(c, parts, "expire", token, parseDur(c));
}

/** Branches, COOLDOWN and EXPIRE: what may follow until another rule begins. */
function parseBranches(c: Cursor, parts: Parts): void {
  for (;;) {
    const { index } = c;
    if (c.at("WHEN") || c.at("EMIT")) {
      parseBranch(c, parts, false);
    } else if (c.at("COOLDOWN")) {
      const token = c.token;
      const cooldown = c.attempt(() => parseCooldown(c));
      if (cooldown === undefined) skipToClause(c, index);
      else setOnce(c, parts, "cooldown", token, cooldown);
    } else if (c.at("EXPIRE") && c.at("AFTER", 1)) {
      if (c.attempt(() => (parseExpire(c, parts), true)) === undefined) skipToClause(c, index);
    } else if (parts.branches.length === 0 || endsRule(c) || beginsClause(c)) {
      return;
    } else if (!continuesExpression(c, 1) && c.correct(BEHIND_EMIT) && isRead(c)) {
      // It is now taken for the keyword.
    } else {
      reportBehindEmit(c);
      skipUnread(c, index);
    }
  }
}

/** Whether a word that was corrected is one that reading goes on with. */
function isRead(c: Cursor): boolean {
  return c.at("WHEN") || c.at("COOLDOWN") || (c.at("EXPIRE") && c.at("AFTER", 1)) || endsRule(c) || beginsClause(c);
}

function reportBehindEmit(c: Cursor): void {
  const hint = c.token.kind === "string" ? { hint: "the message stands directly behind the severity" } : {};
  c.unexpected("the next rule or declaration", hint);
}

/** `[WHEN] condition [FOR d] EMIT …`, or EMIT alone. */
function parseBranch(c: Cursor, parts: Parts, bare: boolean, whenMissing = false): void {
  const { token, index } = c;
  const second = parts.branches.length > 0;
  if (second && c.at("EMIT")) {
    c.error("unexpected-token", token, "a second EMIT needs a condition", {
      hint: "write `WHEN condition` before it, or begin another rule",
    });
  }
  if (second && c.at("WHEN") && parts.branches[0]?.when === undefined) {
    c.error("when-after-emit", token, "the EMIT before has no condition, so this branch would never be reached", {
      hint: "put the branch with the condition first, or end the rule before with `;`",
    });
  }
  const branch = c.attempt(() => readBranch(c, bare, bare || whenMissing));
  if (branch === undefined) skipToClause(c, index);
  else parts.branches.push(branch);
}

function readBranch(c: Cursor, bare: boolean, withoutWhen: boolean): Branch {
  const { start } = c.token;
  if (!withoutWhen && c.at("EMIT")) return { bare, emit: parseEmit(c), span: c.spanFrom(start) };
  if (!withoutWhen) c.expect("WHEN");
  const { when, duration } = parseCondition(c);
  if (!c.at("EMIT") && !c.correct(["EMIT", "FOR", ...operatorWords])) failBeforeEmit(c);
  if (!c.at("EMIT")) throw new SyntaxFailure();
  const emit = parseEmit(c);
  return { when, bare, ...(duration === undefined ? {} : { for: duration }), emit, span: c.spanFrom(start) };
}

function parseCondition(c: Cursor): {
  readonly when: Expr;
  readonly duration: ReturnType<typeof parseDur> | undefined;
} {
  const when = parseExprOrSkip(c);
  const duration = c.take("FOR") === undefined ? undefined : parseDur(c);
  return { when, duration };
}

function failBeforeEmit(c: Cursor): never {
  if (beginsClause(c)) return c.fail("EMIT", { hint: `${c.token.key} stands before WHEN` });
  if (c.at("THEN")) return c.fail("EMIT", { hint: "an alert is written `EMIT HIGH`" });
  if (c.at(")")) return c.fail("EMIT", { hint: "there is no `(` for it" });
  const hint = groupedDigits(c);
  return c.fail("EMIT", hint === undefined ? {} : { hint });
}

function parseCooldown(c: Cursor): Cooldown {
  const { start } = c.advance();
  const duration = parseDur(c);
  if (c.take("PER") === undefined) return { duration, span: c.spanFrom(start) };
  const per = parseExpr(c);
  return { duration, per, span: c.spanFrom(start) };
}

function reportMissingEmit(c: Cursor, name: Name | undefined, first: Token): void {
  const rule = name === undefined ? "the rule" : `the rule \`${name.text}\``;
  const at = name?.span ?? first;
  const hint =
    beginsDeclaration(c) || c.atEnd()
      ? "end it with `EMIT HIGH`, or another severity"
      : "its clauses stand before its EMIT";
  c.error("missing-emit", at, `${rule} has no EMIT`, { hint });
}
