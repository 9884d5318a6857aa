import type { PlainStepPlan, SequencePlan, StepPlan } from "@weir/core";
import type { Names } from "../check/names.ts";
import type { RuleFacts, SequenceFacts, StepFacts } from "../check/rule-facts.ts";
import { compileOptionalDur } from "./compile-dur.ts";
import { compileExpression } from "./compile-expression.ts";
import type { ExpressionScope } from "./expression-scope.ts";

/** The steps of a sequence and the keys of its streams. */
export function compileSequence(
  facts: RuleFacts,
  sequence: SequenceFacts,
  scope: ExpressionScope,
  names: Names,
): SequencePlan {
  const { window, match } = facts.decl;
  return {
    steps: compileSteps(facts, sequence, { ...scope, place: "WHERE of a step" }),
    match: { mode: match?.mode ?? "default", limit: match?.limit ?? null },
    within: window?.kind === "within" ? compileOptionalDur(window.length) : null,
    keys: [...sequence.keysOf].map(([stream, exprs]) => ({
      stream,
      exprs: exprs.map((expr) => compileExpression(expr, { ...scope, names, place: "BY" })),
    })),
  };
}

function compileSteps({ decl }: RuleFacts, { steps }: SequenceFacts, scope: ExpressionScope): readonly StepPlan[] {
  const byStep = Map.groupBy(steps, ({ alias }) => alias.step);
  return (decl.sequence?.steps ?? []).map((step, index): StepPlan => {
    const plans = (byStep.get(index) ?? []).map((facts) => compileStep(facts, scope));
    if (step.kind === "group") return { kind: "group", mode: step.mode, next: step.next, members: plans };
    return plans[0]!;
  });
}

function compileStep({ step, alias }: StepFacts, scope: ExpressionScope): PlainStepPlan {
  return {
    kind: "step",
    alias: alias.name,
    streams: alias.streams.map(({ name }) => name),
    next: step.next,
    not: step.not,
    min: step.quantifier?.min ?? 1,
    max: step.quantifier === undefined ? 1 : step.quantifier.max,
    where: step.where === undefined ? null : compileExpression(step.where, scope),
  };
}
