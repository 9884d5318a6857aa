import type { Evaluate } from "../evaluate.ts";
import type { PlainStepPlan, PlanExpr, SequencePlan } from "../plan.ts";
import type { Member, Step, Steps } from "./step.ts";

/** Sorts the steps of a plan into those that occur and the NOTs that guard the gaps behind them. */
export function compileSteps(plan: SequencePlan, compile: (expr: PlanExpr) => Evaluate): Steps {
  let memberCount = 0;
  const member = (step: PlainStepPlan): Member => ({
    alias: step.alias,
    streams: step.streams,
    where: step.where === null ? null : compile(step.where),
    dependent: step.where !== null && readsBound(step.where),
    id: memberCount++,
  });
  const steps: (Step & { readonly guards: Member[] })[] = [];
  for (const step of plan.steps) {
    if (step.kind === "group") {
      const members = step.members.map(member);
      const size = step.mode === "all" ? members.length : 1;
      steps.push({ kind: step.mode, members, min: size, max: size, next: step.next, guards: [] });
    } else if (step.not) steps.at(-1)!.guards.push(member(step));
    else {
      steps.push({
        kind: "plain",
        members: [member(step)],
        min: step.min,
        max: step.max ?? Infinity,
        next: step.next,
        guards: [],
      });
    }
  }
  const last = plan.steps.at(-1);
  return { steps, absence: last?.kind === "step" && last.not, memberCount, strict: steps.some((step) => step.next) };
}

function readsBound(expr: PlanExpr): boolean {
  return JSON.stringify(expr).includes('"op":"bound"');
}
