import type { Declaration, Expr, MemberExpr, ObjectLit, RuleDecl, StreamDecl, TestDecl } from "../ast.ts";
import { check, type Checked } from "../check/check.ts";
import type { Finding, Findings } from "../check/findings.ts";
import type { HostFunction, Unit } from "../check/names.ts";
import { Report } from "../check/report.ts";
import { declarationsOf, givesToOthers } from "./analysis.ts";
import type { NameAtCaret, Probe } from "./probe.ts";
import type { SourceText } from "./source-text.ts";
import type { Visited } from "./walk.ts";

/** What a name at the caret would be, with what is known there. */
export type CaretPlace =
  | {
      readonly kind: "expression";
      readonly finding: Finding | null;
      /** The expression that it is compared with, whose values may be offered. */
      readonly compared: Expr | null;
      readonly rule: RuleDecl | null;
    }
  | { readonly kind: "member"; readonly object: Expr; readonly finding: Finding | null }
  | { readonly kind: "stream" | "duration" | "rule" | "sink" | "param" | "table" }
  | { readonly kind: "time-field" | "new-field"; readonly stream: StreamDecl }
  | { readonly kind: "pair"; readonly of: PairOwner; readonly given: ReadonlySet<string> }
  | { readonly kind: "nothing" };

/** Whose names stand before the colons of an object in a TEST. */
export type PairOwner =
  | { readonly kind: "stream"; readonly stream: string }
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "rule"; readonly rule: string };

export interface CaretContext {
  readonly place: CaretPlace;
  readonly checked: Checked;
  readonly findings: Findings;
}

/** Finds out what may stand at the caret by checking the declaration there along with all that is declared around it. */
export function caretContext(
  name: NameAtCaret,
  probe: Probe,
  source: SourceText,
  around: readonly SourceText[],
  functions: ReadonlyMap<string, HostFunction>,
): CaretContext {
  const readTo = probe.start + (name.file.declarations.at(-1)?.span.start ?? 0);
  const others = source.outline
    .filter(
      ({ start, intact, declaration }) =>
        intact && givesToOthers(declaration) && (start < probe.start || start > readTo),
    )
    .map(({ declaration }) => declaration);
  const unit: Unit = {
    name: source.file,
    file: { ...name.file, declarations: [...others, ...name.file.declarations.filter(({ kind }) => kind !== "test")] },
    report: new Report("", []),
  };
  const findings: Findings = new Map();
  const checked = check([unit, ...around.map(declarationsOf)], functions, findings);
  return { place: placeOf(name, findings), checked, findings };
}

function placeOf({ visited, declaration }: NameAtCaret, findings: Findings): CaretPlace {
  const { node, field, parent } = visited;
  const rule = declaration.kind === "rule" ? declaration : null;
  const outer = parent?.node["kind"];
  if (node["kind"] === "call") return expressionPlace(visited, findings, rule);
  if (node["kind"] === "name") {
    const isDuration = field !== "" && DURATION_FIELDS.has(field) && !isOperand(visited);
    return isDuration ? { kind: "duration" } : expressionPlace(visited, findings, rule);
  }
  if (outer === "member" && field === "name") {
    const member = parent?.node as unknown as MemberExpr;
    return { kind: "member", object: member.object, finding: findings.get(member) ?? null };
  }
  switch (field) {
    case "from":
    case "stream":
    case "into":
      return { kind: "stream" };
    case "to":
      return { kind: "sink" };
    case "rule":
      return { kind: "rule" };
    case "table":
      return { kind: "table" };
    case "field":
      return declaration.kind === "stream" ? { kind: "time-field", stream: declaration } : { kind: "nothing" };
    default:
      return otherName(visited, declaration);
  }
}

/** Fields of the tree that hold a duration, or an expression where the node is an operand of one. */
const DURATION_FIELDS: ReadonlySet<string> = new Set(
  "length precision every offset gap max expire for duration over at time lateness ahead".split(" "),
);

/** `operand` nodes of the tree have these names for their fields too, in no case so far. */
function isOperand({ parent }: Visited): boolean {
  return parent?.node["kind"] === "param" || parent?.node["kind"] === "let";
}

function expressionPlace(visited: Visited, findings: Findings, rule: RuleDecl | null): CaretPlace {
  const expr = visited.node as unknown as Expr;
  return {
    kind: "expression",
    finding: findings.get(expr) ?? nearestFinding(visited, findings),
    compared: comparedWith(visited),
    rule,
  };
}

/** What the checker knows of the nearest expression around. */
function nearestFinding(visited: Visited, findings: Findings): Finding | null {
  for (let at = visited.parent; at !== null; at = at.parent) {
    const found = findings.get(at.node as unknown as Expr);
    if (found !== undefined) return found;
  }
  return null;
}

function comparedWith({ field, parent }: Visited): Expr | null {
  const around = parent?.node as unknown as Expr | undefined;
  if (around?.kind === "binary" && (around.op === "=" || around.op === "!=")) {
    return field === "right" ? around.left : null;
  }
  if (around?.kind === "in" && field === "items") return around.operand;
  return around?.kind === "text" && field === "pattern" ? around.operand : null;
}

function otherName({ field, parent }: Visited, declaration: Declaration): CaretPlace {
  const outer = parent?.node["kind"];
  if (outer === "test-param" && field === "name") return { kind: "param" };
  if (outer === undefined && field === "name" && declaration.kind === "stream") {
    return parent?.parent?.node === (declaration as unknown)
      ? { kind: "new-field", stream: declaration }
      : { kind: "nothing" };
  }
  // A pair of an object: its object, then the item of the TEST.
  const object = parent?.parent;
  if (declaration.kind !== "test" || object?.node["kind"] !== "object" || field !== "name") return { kind: "nothing" };
  const owner = pairOwner(object, declaration);
  if (owner === null) return { kind: "nothing" };
  const pairs = (object.node as unknown as ObjectLit).pairs.map(({ name }) => name.text);
  return { kind: "pair", of: owner, given: new Set(pairs) };
}

function pairOwner(object: Visited, test: TestDecl): PairOwner | null {
  const item = test.items.find((candidate) => (candidate as unknown) === object.parent?.node);
  switch (item?.kind) {
    case "given":
      return { kind: "stream", stream: item.stream.text };
    case "test-table":
      return { kind: "table", table: item.table.text };
    case "expect":
      return item.rule === undefined ? null : { kind: "rule", rule: item.rule.text };
    default:
      return null;
  }
}
