import type { Expr, GroupStep, Name, PlainStep, Quantifier, Sequence, Step } from "../ast.ts";
import type { Token } from "../lex/token.ts";
import { MAX_LIST_ITEMS } from "../limits.ts";
import { type Cursor, SyntaxFailure } from "./cursor.ts";
import { parseExpr } from "./expression.ts";
import { beginsClause, endsRule } from "./lookahead.ts";
import { parseCount } from "./number.ts";
import { skipListItem } from "./resync.ts";

/** `SEQUENCE step THEN step …`, the cursor standing at SEQUENCE. */
export function parseSequence(c: Cursor): Sequence {
  const { start } = c.advance();
  const steps: Step[] = [];
  let next = false;
  do {
    const step = c.attempt(() => parseStep(c, next));
    if (step !== undefined) steps.push(step);
    else if (!skipToStep(c)) throw new SyntaxFailure();
    if (!c.at("THEN")) skipUnread(c);
    if (steps.length === MAX_LIST_ITEMS) {
      c.error("too-many-items", c.token, `a sequence has at most ${MAX_LIST_ITEMS} steps`);
      throw new SyntaxFailure();
    }
    if (c.take("THEN") === undefined) break;
    next = takeNext(c);
  } while (!c.reporter.full);
  return { steps, span: c.spanFrom(start) };
}

/** Skips a step that could not be read; false where no THEN follows it. */
export function skipToStep(c: Cursor): boolean {
  const distance = distanceToStep(c);
  for (let i = 0; i < Math.abs(distance); i++) c.advance();
  return c.at("THEN");
}

/** Reports what stands behind a step and is no part of it, where a THEN shows that the sequence goes on. */
function skipUnread(c: Cursor): void {
  if (endsStep(c, 0) || distanceToStep(c) <= 0 || c.correct(["THEN"])) return;
  c.unexpected("THEN or a clause behind the step");
  skipToStep(c);
}

/** How many tokens on the next THEN stands; negative where a clause, EMIT or the end of the rule comes first. */
function distanceToStep(c: Cursor): number {
  let ahead = 0;
  while (!endsStep(c, ahead) || c.at("WHERE", ahead) || c.at("BY", ahead)) ahead += 1;
  return c.at("THEN", ahead) ? ahead : -ahead;
}

function endsStep(c: Cursor, ahead: number): boolean {
  return (
    c.at("THEN", ahead) || c.at("EMIT", ahead) || c.at("WHEN", ahead) || endsRule(c, ahead) || beginsClause(c, ahead)
  );
}

/** NEXT is a keyword where a step follows it, else a stream of that name. */
function takeNext(c: Cursor): boolean {
  if (!c.at("NEXT")) return false;
  const follows = c.at("NOT", 1) || (c.isName(1) && !beginsClause(c, 1));
  if (follows) c.advance();
  return follows;
}

function parseStep(c: Cursor, next: boolean): Step {
  const { start } = c.token;
  const not = c.take("NOT");
  if ((c.at("ALL") || c.at("ANY")) && c.at("OF", 1)) {
    if (not !== undefined) {
      c.error("bad-step", not, "NOT does not stand before a group", { hint: "write one THEN NOT for each stream" });
    }
    return parseGroup(c, next);
  }
  const who = parseWho(c);
  // A step is known by its name, whatever is wrong with the rest of it.
  const rest = c.attempt(() => {
    const quantifier = parseQuantifier(c);
    if (not !== undefined && quantifier !== undefined) {
      c.error("bad-quantifier", quantifier.span, "a step with NOT is not repeated");
    }
    const parts = parseStepParts(c, () => c.list(() => parseExpr(c)));
    return { ...(not === undefined && quantifier !== undefined ? { quantifier } : {}), ...parts };
  });
  if (rest === undefined) skipToStep(c);
  return { kind: "step", next, not: not !== undefined, ...who, ...rest, span: c.spanFrom(start) };
}

function parseGroup(c: Cursor, next: boolean): GroupStep {
  const first = c.advance();
  c.advance();
  const opening = c.expect("(");
  const members = c.nested(opening, () =>
    c.list(() => {
      const member = c.attempt(() => parseMember(c));
      if (member === undefined && !skipListItem(c)) throw new SyntaxFailure();
      return member;
    }),
  );
  c.close(")", opening);
  const mode = first.key === "ALL" ? "all" : "any";
  return {
    kind: "group",
    next,
    mode,
    members: members.filter((member) => member !== undefined),
    span: c.spanFrom(first.start),
  };
}

function parseMember(c: Cursor): PlainStep {
  const { start } = c.token;
  const not = c.take("NOT");
  if (not !== undefined) c.error("bad-step", not, "a member of a group has no NOT");
  const who = parseWho(c);
  const quantifier = parseQuantifier(c);
  if (quantifier !== undefined) c.error("bad-quantifier", quantifier.span, "a member of a group is not repeated");
  const parts = parseStepParts(c, () => parseMemberKeys(c));
  return { kind: "step", next: false, not: false, ...who, ...parts, span: c.spanFrom(start) };
}

/** `stream`, `alias: stream`, or `alias:` where FROM names the streams. */
function parseWho(c: Cursor): { readonly alias?: Name; readonly stream?: Name } {
  const name = c.name("a stream");
  if (c.take(":") === undefined) return { stream: name };
  if (!c.isName() || beginsClause(c)) return { alias: name };
  return { alias: name, stream: c.name("a stream") };
}

function parseQuantifier(c: Cursor): Quantifier | undefined {
  const { token } = c;
  switch (token.key) {
    case "+":
      c.advance();
      return { min: 1, max: null, span: { start: token.start, end: token.end } };
    case "*":
      c.advance();
      return { min: 0, max: null, span: { start: token.start, end: token.end } };
    case "?":
      c.advance();
      return { min: 0, max: 1, span: { start: token.start, end: token.end } };
    case "{":
      return parseRange(c);
    default:
      return undefined;
  }
}

/** `{n}`, `{n,}` or `{n,m}`. */
function parseRange(c: Cursor): Quantifier {
  const opening = c.advance();
  const min = parseCount(c, "the number of events", 0);
  let max: number | null = min;
  if (c.take(",") !== undefined) max = c.at("}") ? null : parseCount(c, "the number of events", 0);
  c.close("}", opening);
  const span = c.spanFrom(opening.start);
  if (max === null || (max >= min && max > 0)) return { min, max, span };
  if (max === 0) {
    c.error("bad-quantifier", span, "a step that occurs no times", { hint: "write THEN NOT for what must not occur" });
  } else {
    c.error("bad-quantifier", span, `at most ${max} are fewer than at least ${min}`, {
      hint: `write \`{${max},${min}}\``,
    });
  }
  return { min: Math.max(1, min), max: Math.max(1, min), span };
}

function parseStepParts(c: Cursor, keys: () => Expr[]): { readonly where?: Expr; readonly by?: readonly Expr[] } {
  let where: Expr | undefined;
  let by: readonly Expr[] | undefined;
  for (;;) {
    const { token } = c;
    if (c.take("WHERE") !== undefined) {
      if (where !== undefined) reportSecond(c, token);
      const expr = parseExpr(c);
      where ??= expr;
    } else if (c.take("BY") !== undefined) {
      if (by !== undefined) reportSecond(c, token);
      const list = keys();
      by ??= list;
    } else {
      return { ...(where === undefined ? {} : { where }), ...(by === undefined ? {} : { by }) };
    }
  }
}

function reportSecond(c: Cursor, token: Token): void {
  c.error("duplicate-clause", token, `the step has a second ${token.key}`, {
    hint: `the rule's own ${token.key} stands before SEQUENCE or behind the window`,
  });
}

/** One expression, or several in parentheses: a comma would end the member. */
function parseMemberKeys(c: Cursor): Expr[] {
  if (!c.at("(") || !parenthesesHoldList(c)) return [parseExpr(c)];
  const opening = c.advance();
  const keys = c.nested(opening, () => c.list(() => parseExpr(c)));
  c.close(")", opening);
  return keys;
}

/** Whether a comma stands directly inside of the parentheses that open here. */
function parenthesesHoldList(c: Cursor): boolean {
  let open = 0;
  for (let ahead = 0; ; ahead++) {
    const { kind, key } = c.peek(ahead);
    if (kind === "end" || key === ";") return false;
    if (key === "(" || key === "[") open += 1;
    if (key === ")" || key === "]") open -= 1;
    if (open === 0) return false;
    if (open === 1 && key === ",") return true;
  }
}
