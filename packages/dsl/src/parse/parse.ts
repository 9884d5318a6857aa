import type { Declaration, SourceFile } from "../ast.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { lex } from "../lex/lex.ts";
import type { Token } from "../lex/token.ts";
import { MAX_RULES, MAX_TEXT_LENGTH } from "../limits.ts";
import { Reporter } from "../reporter.ts";
import { Cursor, toName } from "./cursor.ts";
import { parseNamed, parseStream, parseTable } from "./declarations.ts";
import { beginsClause, beginsDeclaration, continuesExpression } from "./lookahead.ts";
import { skipToClause } from "./resync.ts";
import { clauseWords, parseRule } from "./rule.ts";
import { parseTest } from "./test.ts";

export interface Parsed {
  readonly file: SourceFile;
  /** Errors only, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a rule file. Never throws on any text: what cannot be read is left out of the tree and reported.
 *
 * Time    linear in the text.
 * Errors  every one of the file, up to 1,000; behind one, reading resumes at the next item, step, clause or declaration.
 */
export function parse(text: string): Parsed {
  return parsePart(text, new Set());
}

/** As `parse`, for a part of a file whose other parts declare those PARAMs that hold durations. */
export function parsePart(text: string, durationParams: ReadonlySet<string>): Parsed {
  const reporter = new Reporter(text.length > MAX_TEXT_LENGTH ? "" : text);
  const span = { start: 0, end: text.length };
  if (text.length > MAX_TEXT_LENGTH) {
    reporter.error(
      "text-too-long",
      { start: 0, end: 0 },
      `the text has ${text.length} characters; at most ${MAX_TEXT_LENGTH} (1 MiB) are read`,
    );
    return { file: { kind: "file", declarations: [], comments: [], span }, diagnostics: reporter.sorted() };
  }
  const { tokens, comments } = lex(text, reporter);
  const cursor = new Cursor(tokens, reporter, new Set([...durationParams, ...findDurationParams(tokens)]));
  const declarations = parseDeclarations(cursor);
  return { file: { kind: "file", declarations, comments, span }, diagnostics: reporter.sorted() };
}

function parseDeclarations(c: Cursor): readonly Declaration[] {
  const declarations: Declaration[] = [];
  let rules = 0;
  while (!c.atEnd() && !c.reporter.full) {
    if (c.take(";") !== undefined) continue;
    const { index } = c;
    const declaration = c.attempt(() => parseDeclaration(c));
    if (declaration === undefined) {
      if (c.index === index) c.advance();
      skipToClause(c, index);
      continue;
    }
    if (declaration.kind === "rule" && ++rules > MAX_RULES) {
      c.error(
        "too-many-rules",
        { start: declaration.span.start, end: declaration.span.start },
        `a file has at most ${MAX_RULES} rules`,
      );
      break;
    }
    declarations.push(declaration);
  }
  return declarations;
}

const STARTS: readonly string[] = ["RULE", "STREAM", "TABLE", "PARAM", "LET", "TEST", "WHEN", "EMIT", ...clauseWords];

function parseDeclaration(c: Cursor): Declaration {
  if (beginsDeclaration(c)) {
    switch (c.token.key) {
      case "STREAM":
        return parseStream(c);
      case "TABLE":
        return parseTable(c);
      case "PARAM":
        return parseNamed(c, "param");
      case "LET":
        return parseNamed(c, "let");
      case "TEST":
        return parseTest(c);
      default:
        return parseRule(c);
    }
  }
  if (beginsClause(c) || c.at("WHEN") || c.at("EMIT")) return parseRule(c);
  // Behind a whole declaration a word may also be a misspelt operator, but that is the rarer slip.
  if (!continuesExpression(c, 1) && c.correct(STARTS)) return parseDeclaration(c);
  return failAtStart(c);
}

function failAtStart(c: Cursor): never {
  switch (c.token.key) {
    case "STREAM":
    case "TABLE":
    case "PARAM":
    case "LET":
      c.advance();
      return c.fail(`a name behind ${c.previous?.key ?? ""}`);
    case "TEST":
      c.advance();
      return c.fail("the test's title, a string");
    default: {
      const condition = c.isName() && continuesExpression(c, 1);
      const hint =
        HINTS_AT_START[c.token.key] ??
        (condition
          ? "a condition stands behind WHEN, or directly behind a window: `WITHIN 10s COUNT(user) > 5`"
          : undefined);
      return c.fail("a rule or a declaration", hint === undefined ? {} : { hint });
    }
  }
}

/** Words with which other languages begin, and words of this one that begin nothing. */
const HINTS_AT_START: Readonly<Record<string, string>> = {
  COOLDOWN: "COOLDOWN stands behind the EMIT of its rule",
  SELECT: "a rule says what an alert holds behind EMIT: `FROM stream WHERE … EMIT HIGH { field }`",
  IF: "a condition stands behind WHEN",
  ALERT: "an alert is written `EMIT HIGH`",
  GROUP: "write `BY` alone",
  THEN: "THEN joins the steps of a SEQUENCE",
};

/** PARAMs of the file whose value is one duration token: they may stand where a duration does. */
export function findDurationParams(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  let braces = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.key === "RULE") braces = 0;
    if (token.key === "{") braces += 1;
    if (token.key === "}") braces -= 1;
    const name = tokens[i + 1];
    if (token.key !== "PARAM" || braces > 0 || name === undefined) continue;
    const isDuration = tokens[i + 2]?.key === "=" && tokens[i + 3]?.kind === "duration";
    if (isDuration && !BEHIND_A_VALUE.has(tokens[i + 4]?.key ?? "")) names.add(toName(name).text);
  }
  return names;
}

/** What makes a longer expression of the value. */
const BEHIND_A_VALUE: ReadonlySet<string> = new Set(
  "= != < <= > >= + - * / % . [ AND OR NOT IN BETWEEN LIKE MATCHES CONTAINS IS STARTS ENDS".split(" "),
);
