import type { Evaluate } from "../evaluate.ts";
import { compileExpression } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { PlanExpr, RulePlan } from "../plan.ts";
import { type BaseScope, eventScope, guardIn } from "./base-scope.ts";
import type { Binding } from "./binding.ts";
import type { PlannedCell } from "./cell-plan.ts";
import { Group } from "./group.ts";
import { type RuleTexts, sourcesOf } from "./rule-texts.ts";
import type { Runtime } from "./runtime.ts";

export interface GroupOptions {
  readonly binding: Binding;
  readonly base: BaseScope;
  readonly runtime: Runtime;
  readonly texts: RuleTexts;
}

/** The group of a cell, without cells yet. `where` is its filter and `field` what it asks for besides where it is a template. */
export function makeGroup(
  { rules, owns }: PlannedCell,
  where: PlanExpr | null,
  field: string | null,
  { binding, base, runtime, texts }: GroupOptions,
): Group {
  const rule = rules[0]!;
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
      textOf: texts.textOf,
    },
    runtime,
  );
  if (runtime.explainer !== null) {
    group.log = runtime.explainer.observeGroup(rule, group.spec, (expr) => compileExpression(expr, scope));
  }
  return group;
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
