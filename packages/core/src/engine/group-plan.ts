import type { Evaluate } from "../evaluate.ts";
import { compileExpression } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { PlanExpr, RulePlan } from "../plan.ts";
import { type BaseScope, eventScope, guardIn } from "./base-scope.ts";
import { type Binding, contentText } from "./binding.ts";
import { Group } from "./group.ts";
import type { GroupCell } from "./group-cell.ts";
import type { GroupSpec } from "./group-spec.ts";
import { hash128 } from "./hash.ts";
import { type CellPlan, findTemplates, type TemplateCell } from "./rule-templates.ts";
import type { Runtime } from "./runtime.ts";

export interface GroupOptions {
  readonly binding: Binding;
  readonly base: BaseScope;
  readonly runtime: Runtime;
  /** Which keys of a rule are a shard's own. */
  readonly owned: (rule: number) => GroupSpec["owns"];
}

/** Where a rule goes. */
export interface RuleHome {
  readonly cell: GroupCell;
  /** The filter of its group. */
  readonly where: PlanExpr | null;
}

interface PlannedCell extends CellPlan {
  readonly rules: RulePlan[];
  readonly owns: GroupSpec["owns"];
  home: RuleHome | null;
}

/** Makes the groups of some rules; gives where each rule goes. */
export function makeGroups(rules: readonly RulePlan[], options: GroupOptions): RuleHome[] {
  const { binding, base, runtime } = options;
  const textOf = (part: unknown): string => contentText(part, binding);
  const cells = new Map<string, PlannedCell>();
  const cellOf = rules.map((rule, index) => plannedCell(cells, rule, options.owned(index), binding, textOf));
  const templates =
    runtime.explainer === null
      ? findTemplates(cells.values(), {
          params: base.params,
          textOf,
          guardOf: (condition) => guardIn(condition, base),
          staysAlone: ({ name }) => runtime.live.has(name),
        })
      : new Map<CellPlan, TemplateCell>();
  const groups = new Map<string, Group>();
  return cellOf.map((cell, index) => (cell.home ??= home(cell, rules[index]!, templates.get(cell) ?? null, groups)));

  function home(cell: PlannedCell, rule: RulePlan, as: TemplateCell | null, known: Map<string, Group>): RuleHome {
    const where = as === null ? rule.where : as.rest;
    let group = as === null ? undefined : known.get(as.template);
    if (group === undefined) {
      group = makeGroup(rule, where, as?.field ?? null, cell.owns, options, textOf);
      if (as !== null) known.set(as.template, group);
    }
    return { cell: group.addCell(cell.id, as?.constant ?? null), where };
  }
}

function plannedCell(
  cells: Map<string, PlannedCell>,
  rule: RulePlan,
  owns: GroupSpec["owns"],
  binding: Binding,
  textOf: (part: unknown) => string,
): PlannedCell {
  const expireMs = rule.expireAfter === null ? null : binding.millis(rule.expireAfter);
  const keys = rule.sequence === null ? rule.key.map((key) => key.expr) : rule.sequence.keys;
  const share = owns === null ? "all" : owns === "none" ? "none" : "own";
  const [from, key] = [textOf(sourcesOf(rule)), textOf(keys)];
  const content = `[${from},${textOf(rule.where)},${key},${expireMs}]`;
  const name = `${content} ${share}`;
  const known = cells.get(name);
  if (known !== undefined) {
    known.rules.push(rule);
    return known;
  }
  const source = `[${from},${key},${expireMs}] ${share}`;
  const cell = {
    id: hash128(owns === null ? content : `${hash128(content)} ${share}`),
    source,
    where: rule.where,
    rules: [rule],
    owns,
    home: null,
  };
  cells.set(name, cell);
  return cell;
}

function makeGroup(
  rule: RulePlan,
  where: PlanExpr | null,
  field: string | null,
  owns: GroupSpec["owns"],
  { binding, base, runtime }: GroupOptions,
  textOf: (part: unknown) => string,
): Group {
  const scope = eventScope(base);
  const group = new Group(
    {
      from: sourcesOf(rule),
      where: where === null ? null : compileExpression(where, scope),
      field,
      keySize: rule.key.length,
      key: keyReader(rule, scope),
      expireMs: rule.expireAfter === null ? null : binding.millis(rule.expireAfter),
      guard: where === null ? null : guardIn(where, base),
      owns,
      textOf,
    },
    runtime,
  );
  if (runtime.explainer !== null) {
    group.log = runtime.explainer.observeGroup(rule, group.spec, (expr) => compileExpression(expr, scope));
  }
  return group;
}

/** The streams a rule reads: of a sequence, those of its steps and of FROM. */
function sourcesOf(rule: RulePlan): readonly string[] | null {
  if (rule.sequence === null || rule.from !== null) return rule.from;
  const streams = rule.sequence.steps
    .flatMap((step) => (step.kind === "group" ? step.members : [step]))
    .flatMap((step) => step.streams);
  return [...new Set(streams)];
}

function keyReader(rule: RulePlan, scope: ExpressionScope): (stream: string) => readonly Evaluate[] {
  if (rule.sequence === null) {
    const key = rule.key.map(({ expr }) => compileExpression(expr, scope));
    return () => key;
  }
  const byStream = new Map(
    rule.sequence.keys.map(({ stream, exprs }) => [stream, exprs.map((expr) => compileExpression(expr, scope))]),
  );
  const fallback = rule.key.map(({ expr }) => compileExpression(expr, scope));
  return (stream) => byStream.get(stream) ?? fallback;
}
