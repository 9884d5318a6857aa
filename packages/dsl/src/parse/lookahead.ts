import type { Cursor } from "./cursor.ts";
import { durFollows } from "./duration.ts";

/** What the parser sees ahead where one token does not decide: the `LA` notes of the grammar. */

/** Whether a clause of a rule begins `ahead`. */
export function beginsClause(c: Cursor, ahead = 0): boolean {
  switch (c.peek(ahead).key) {
    case "FROM":
    case "WHERE":
    case "BY":
    case "WITHIN":
    case "SEQUENCE":
      return true;
    case "LAST":
      return isNumeric(c, ahead + 1);
    case "EVERY":
    case "SESSION":
      return durMeant(c, ahead + 1);
    case "EXPIRE":
      return c.at("AFTER", ahead + 1);
    case "MATCH":
      return c.at("EACH", ahead + 1) || c.at("LATEST", ahead + 1) || c.at("ALL", ahead + 1);
    default:
      return false;
  }
}

/** Whether a declaration, a rule with its name included, begins `ahead`. */
export function beginsDeclaration(c: Cursor, ahead = 0): boolean {
  switch (c.peek(ahead).key) {
    case "RULE":
      return true;
    case "STREAM":
    case "TABLE":
    case "PARAM":
    case "LET":
      return c.isName(ahead + 1) && !continuesCondition(c, ahead + 1);
    case "TEST":
      return c.peek(ahead + 1).kind === "string";
    default:
      return false;
  }
}

/** `stream STARTS WITH "x"` and `stream FOR 5m` behind a window are conditions about a field of that name. */
function continuesCondition(c: Cursor, ahead: number): boolean {
  if (c.at("FOR", ahead)) return durFollows(c, ahead + 1);
  return (c.at("STARTS", ahead) || c.at("ENDS", ahead)) && c.at("WITH", ahead + 1);
}

/** Whether a rule ends here for certain. */
export function endsRule(c: Cursor, ahead = 0): boolean {
  return c.peek(ahead).kind === "end" || c.at(";", ahead) || beginsDeclaration(c, ahead);
}

/**
 * Whether a duration stands `ahead`, or what can only be meant for one: a bare number, or the name of no PARAM. A name may
 * also begin the next clause, or be an operator on the word before.
 */
export function durMeant(c: Cursor, ahead: number): boolean {
  if (isNumeric(c, ahead) || durFollows(c, ahead)) return true;
  return c.isName(ahead) && !c.atAny(BEHIND_A_CONDITION, ahead) && !mayBeginClause(c, ahead);
}

/** Whether what stands `ahead` goes on an expression that a name began. */
export function continuesExpression(c: Cursor, ahead: number): boolean {
  return c.atAny(CONTINUATIONS, ahead);
}

function isNumeric(c: Cursor, ahead: number): boolean {
  const { kind } = c.peek(ahead);
  return kind === "number" || kind === "duration";
}

/** Without looking further: a row of EVERY EVERY EVERY … must not nest. */
function mayBeginClause(c: Cursor, ahead: number): boolean {
  return c.atAny(CLAUSE_WORDS, ahead) && !c.at("EMIT", ahead + 1);
}

const CLAUSE_WORDS: ReadonlySet<string> = new Set(["LAST", "EVERY", "SESSION", "EXPIRE", "MATCH"]);
const BEHIND_A_CONDITION: ReadonlySet<string> = new Set(["STARTS", "ENDS", "FOR"]);
const CONTINUATIONS: ReadonlySet<string> = new Set(
  "= != < <= > >= + - * / % . [ ( AND OR NOT IN BETWEEN LIKE MATCHES CONTAINS IS STARTS ENDS FOR EMIT".split(" "),
);
