import type { Guard, Plain } from "../dispatch/guard.ts";
import { constantOf } from "../expression/compile-expression.ts";
import type { PlanExpr, RulePlan } from "../plan.ts";
import type { Value } from "../value.ts";
import { windowNeed } from "./window-need.ts";

/** Fewer cells than these do as well each for itself, with code of its own. */
const fewestCells = 4;

/** Rules that share source, filter, key and expiry. */
export interface CellPlan {
  /** Names them by their content. */
  readonly id: string;
  /** Equal for cells that differ in their filter alone. */
  readonly source: string;
  readonly where: PlanExpr | null;
  readonly rules: readonly RulePlan[];
}

/** How a cell is one of a template's: its filter is that the field equals one of the constants, and the rest. */
export interface TemplateCell {
  /** Names the template; equal for all of its cells. */
  readonly template: string;
  readonly field: string;
  readonly constants: readonly Plain[];
  readonly rest: PlanExpr | null;
}

export interface TemplateOptions {
  readonly params: ReadonlyMap<string, Value>;
  /** Equal texts for parts of a plan that mean the same. */
  readonly textOf: (part: unknown) => string;
  /** What a condition demands of one field, where an index can tell. */
  readonly guardOf: (condition: PlanExpr) => Guard | null;
  /** Where what was found out of a rule that is alone in its cell is kept for the next time. */
  readonly known: (rule: RulePlan) => { alone: readonly TemplateCell[] | null } | null;
  /** Whether a rule has to keep a group to itself, whatever it says. */
  readonly staysAlone: (rule: RulePlan) => boolean;
}

/**
 * Finds the cells that differ alone in the constants that one field has to equal and keep the same of a key: they can be one template. What a rule
 * compares aggregates with may differ, and what it says.
 *
 * A cell that could be of several templates is of the largest.
 */
export function findTemplates(cells: Iterable<CellPlan>, options: TemplateOptions): Map<CellPlan, TemplateCell> {
  const candidates = new Map<string, { readonly cell: CellPlan; readonly as: TemplateCell }[]>();
  for (const cell of cells) {
    for (const as of knownCandidates(cell, options)) {
      const known = candidates.get(as.template);
      if (known === undefined) candidates.set(as.template, [{ cell, as }]);
      else known.push({ cell, as });
    }
  }
  const chosen = new Map<CellPlan, TemplateCell>();
  for (const members of [...candidates.values()].toSorted((a, b) => b.length - a.length)) {
    const free = ofDifferentConstants(members.filter(({ cell }) => !chosen.has(cell)));
    if (free.length >= fewestCells) for (const { cell, as } of free) chosen.set(cell, as);
  }
  return chosen;
}

/** An event is of one cell at most: of filters that have a constant in common, as `x = 1` and `x IN (1, 2)`, the first one is taken. */
function ofDifferentConstants<T extends { readonly as: TemplateCell }>(members: readonly T[]): T[] {
  const known = new Set<Plain>();
  return members.filter(({ as: { constants } }) => {
    if (constants.some((constant) => known.has(constant))) return false;
    for (const constant of constants) known.add(constant);
    return true;
  });
}

function knownCandidates(cell: CellPlan, options: TemplateOptions): readonly TemplateCell[] {
  const known = cell.rules.length === 1 ? options.known(cell.rules[0]!) : null;
  if (known === null) return candidatesOf(cell, options);
  known.alone ??= candidatesOf(cell, options);
  return known.alone;
}

function candidatesOf({ source, where, rules }: CellPlan, options: TemplateOptions): TemplateCell[] {
  if (where === null) return [];
  const conjuncts = where.op === "and" ? where.args : [where];
  const equalities = conjuncts.map((conjunct) => equalityOf(conjunct, options));
  if (equalities.every((equality) => equality === null)) return [];
  const layouts = rules.map((rule) => layoutOf(rule, options));
  if (layouts.includes(null)) return [];
  const texts = conjuncts.map((conjunct) => options.textOf(conjunct));
  return equalities.flatMap((equality, i) => {
    if (equality === null) return [];
    const rest = conjuncts.filter((_, k) => k !== i);
    return {
      ...equality,
      template: JSON.stringify([source, equality.field, texts.filter((_, k) => k !== i), layouts]),
      rest: rest.length === 0 ? null : rest.length === 1 ? rest[0]! : { op: "and", args: rest },
    };
  });
}

/** The field that has to equal one of some constants for the condition to be TRUE, and for nothing else. */
function equalityOf(
  condition: PlanExpr,
  { guardOf }: TemplateOptions,
): { readonly field: string; readonly constants: readonly Plain[] } | null {
  if (condition.op !== "compare" && condition.op !== "in") return null;
  const guard = guardOf(condition);
  return guard?.kind === "equals" ? { field: guard.field, constants: guard.values } : null;
}

/** What of a rule says which records a key needs and when they are looked at; `null` where that is not as simple as at events. */
function layoutOf(rule: RulePlan, { params, textOf, staysAlone }: TemplateOptions): string | null {
  const { sequence, window, aggregates, branches, cooldown } = rule;
  if (sequence !== null || staysAlone(rule)) return null;
  if (window !== null && window.kind !== "within" && window.kind !== "last") return null;
  if (branches.some((branch) => branch.for !== null || branch.resolve)) return null;
  const history: string[] = [];
  collectHistory([branches, cooldown], textOf, history);
  const need = windowNeed(rule, (expr) => constantOf(expr, params));
  return textOf([
    window,
    aggregates,
    branches.map(({ about, each }) => [about, each]),
    history.toSorted(),
    roundedUp(need.events),
    [...need.distinct].map(([index, most]) => [index, roundedUp(most)]),
  ]);
}

/** Cells of a template get the same bound, whichever come later: none is to pay more than twice its own. */
export function roundedUp(most: number | null): number | null {
  return most === null ? null : 2 ** Math.ceil(Math.log2(most));
}

function collectHistory(node: unknown, textOf: (part: unknown) => string, found: string[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collectHistory(item, textOf, found);
  } else if (typeof node === "object" && node !== null) {
    const { op } = node as { readonly op?: unknown };
    if (op === "prev" || op === "elapsed" || op === "speed") {
      const text = textOf(node);
      if (!found.includes(text)) found.push(text);
    } else for (const part of Object.values(node)) collectHistory(part, textOf, found);
  }
}
