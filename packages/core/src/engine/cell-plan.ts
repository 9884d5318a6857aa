import type { RulePlan } from "../plan.ts";
import type { GroupSpec } from "./group-spec.ts";
import { hash128 } from "./hash.ts";
import type { CellPlan } from "./rule-templates.ts";
import type { RuleText, RuleTexts } from "./rule-texts.ts";

/** A rule of a cell. */
export interface PlannedRule {
  readonly rule: RulePlan;
  readonly index: number;
  /** Names its state: by its content, and rules that say the same by their order. */
  readonly stateId: string;
}

/** Rules of a plan that share source, filter, key and expiry. */
export interface PlannedCell extends CellPlan {
  readonly rules: RulePlan[];
  /** The same, with what else is known of them. */
  readonly planned: PlannedRule[];
  readonly owns: GroupSpec["owns"];
}

/** Puts the rules of a plan together. `owned` says which keys of a rule are a shard's own. */
export function planCells(
  rules: readonly RulePlan[],
  texts: RuleTexts,
  owned: (rule: number) => GroupSpec["owns"],
): PlannedCell[] {
  const cells = new Map<string, PlannedCell>();
  const seen = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const text = texts.of(rule);
    const before = seen.get(text.content) ?? 0;
    seen.set(text.content, before + 1);
    const stateId = before === 0 ? text.content : `${text.content}-${before}`;
    const cell = cellOf(cells, rule, text, owned(index));
    cell.rules.push(rule);
    cell.planned.push({ rule, index, stateId });
  }
  return [...cells.values()];
}

function cellOf(
  cells: Map<string, PlannedCell>,
  rule: RulePlan,
  { source, cell: content, cellId }: RuleText,
  owns: GroupSpec["owns"],
): PlannedCell {
  const share = owns === null ? "" : owns === "none" ? " none" : " own";
  const name = share === "" ? content : `${content}${share}`;
  const known = cells.get(name);
  if (known !== undefined) return known;
  const cell: PlannedCell = {
    id: share === "" ? cellId : hash128(`${cellId}${share}`),
    source: share === "" ? source : `${source}${share}`,
    where: rule.where,
    rules: [],
    planned: [],
    owns,
  };
  cells.set(name, cell);
  return cell;
}

/** Whether cells of two plans say the same, under the same names. */
export function isSameCell(a: PlannedCell, b: PlannedCell): boolean {
  return (
    a.planned.length === b.planned.length &&
    a.planned.every(({ rule, stateId }, i) => {
      const other = b.planned[i]!;
      return stateId === other.stateId && (rule === other.rule || JSON.stringify(rule) === JSON.stringify(other.rule));
    })
  );
}
