import type { Branch, Name, RuleDecl, Span, StringLit } from "../ast.ts";
import { conditionPiece, printCooldown, printKeys, printMatch, printWindow } from "./clause.ts";
import { type Doc, flatWidth, group, hardLine, indent, line, mustBreak } from "./doc.ts";
import { emitPiece } from "./emit.ts";
import { type ExpressionContext, printDur } from "./expression.ts";
import { printName } from "./name.ts";
import { beginsWithComment, type Piece, piece, printPiece } from "./piece.ts";
import { sequencePiece } from "./sequence.ts";

/** Longest rule that stays on one line. */
const ONE_LINE = 80;

/** Where the clause whose first node begins at an offset begins itself: its keywords are not in the tree. */
export type ClauseStart = (nodeStart: number, keywords: number) => number;

/** A rule: its clauses in the canonical order, on one line where they were and fit, else one to a line. */
export function rulePiece(rule: RuleDecl, context: ExpressionContext, clauseStart: ClauseStart): Piece {
  const lines = ruleLines(rule, context, clauseStart);
  const wasOneLine = !/[\r\n]/.test(context.text.slice(rule.span.start, rule.span.end));
  const print = (): Doc => {
    const [first = "", ...rest] = lines.map(oneLine);
    const doc = [first, indent(rest.map((item) => [line, item]))];
    return group(doc, !wasOneLine || flatWidth(doc) > ONE_LINE);
  };
  return piece(rule.span, lines.flat(), print, { first: lines[0]?.[0], last: lines.at(-1)?.at(-1) });
}

function header(name: Name, title: StringLit | undefined): string {
  const start = `RULE ${printName(name.text)}`;
  return title === undefined ? start : `${start} ${title.text}`;
}

/** Pieces one behind the other; a comment that ends a line between two of them breaks it. */
function oneLine(pieces: readonly Piece[]): Doc {
  const docs: Doc[] = [];
  let broken = false;
  for (const [i, item] of pieces.entries()) {
    const doc = printPiece(item);
    docs.push(i === 0 ? doc : broken || beginsWithComment(item) ? indent([hardLine, doc]) : [" ", doc]);
    broken = mustBreak(doc);
  }
  return docs;
}

function ruleLines(
  rule: RuleDecl,
  context: ExpressionContext,
  clauseStart: ClauseStart,
): readonly (readonly Piece[])[] {
  const lines: (readonly Piece[])[] = [];
  const add = (span: Span, print: () => Doc): void => {
    lines.push([piece(span, [], print)]);
  };
  const spanOf = (nodes: readonly { readonly span: Span }[], keywords: number): Span => ({
    start: clauseStart(nodes[0]?.span.start ?? rule.span.start, keywords),
    end: nodes.at(-1)?.span.end ?? rule.span.start,
  });
  const { name, title, from, where, by, sequence, match, window, expire, cooldown } = rule;
  const addExpire = (first: boolean): void => {
    if (expire === undefined || expireStartsRule(rule) !== first) return;
    add(spanOf([expire], 2), () => `EXPIRE AFTER ${printDur(expire, context)}`);
  };
  if (name !== undefined) {
    add({ start: rule.span.start, end: (title ?? name).span.end }, () => header(name, title));
  }
  addExpire(true);
  if (from !== undefined) add(spanOf(from, 1), () => `FROM ${from.map((name) => printName(name.text)).join(", ")}`);
  if (where !== undefined) lines.push([conditionPiece("WHERE ", where, spanOf([where], 1), context)]);
  if (by !== undefined) add(spanOf(by, 1), () => ["BY ", printKeys(by, context)]);
  if (sequence !== undefined) lines.push([sequencePiece(sequence, context)]);
  if (match !== undefined) add(match.span, () => printMatch(match));
  const windowPieces = window === undefined ? [] : [piece(window.span, [], () => printWindow(window, context))];
  const several = rule.branches.length > 1;
  for (const [i, branch] of rule.branches.entries()) {
    const [condition, emit] = branchPieces(branch, context, clauseStart);
    const before = i === 0 ? windowPieces : [];
    if (before.length > 0 && !branch.bare) lines.push(before);
    if (condition === undefined) lines.push([emit]);
    else if (branch.bare) lines.push([...before, condition], [emit]);
    else if (several) lines.push([condition, emit]);
    else lines.push([condition], [emit]);
  }
  if (cooldown !== undefined) add(cooldown.span, () => printCooldown(cooldown, context));
  addExpire(false);
  return lines;
}

/** A rule without a name cannot begin with EMIT: its EXPIRE then stands in front. */
function expireStartsRule(rule: RuleDecl): boolean {
  return rule.expire !== undefined && startsWith(rule) === "EMIT";
}

/** What an unnamed rule begins with, where that is no clause that begins a rule anywhere. */
export function startsWith(rule: RuleDecl): "RULE" | "clause" | "WHEN" | "EMIT" {
  const { name, from, where, by, sequence, match, window } = rule;
  if (name !== undefined) return "RULE";
  if ([from, where, by, sequence, match, window].some((clause) => clause !== undefined)) return "clause";
  return rule.branches[0]?.when === undefined ? "EMIT" : "WHEN";
}

function branchPieces(
  branch: Branch,
  context: ExpressionContext,
  clauseStart: ClauseStart,
): readonly [condition: Piece | undefined, emit: Piece] {
  const emit = emitPiece(branch.emit, context);
  const { when } = branch;
  if (when === undefined) return [undefined, emit];
  const start = branch.bare ? when.span.start : clauseStart(when.span.start, 1);
  const duration = branch.for;
  const span = { start, end: duration?.span.end ?? when.span.end };
  const end = duration === undefined ? "" : ` FOR ${printDur(duration, context)}`;
  return [conditionPiece(branch.bare ? "" : "WHEN ", when, span, context, end), emit];
}
