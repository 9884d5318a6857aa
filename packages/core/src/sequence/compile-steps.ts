import type { Evaluate } from "../evaluate.ts";
import type { PlainStepPlan, PlanExpr, SequencePlan } from "../plan.ts";
import { type Member, sharedBit, type Step, type Steps } from "./step.ts";

/**
 * Sorts the steps of a plan into those that occur and the NOTs that guard the gaps behind them.
 *
 * `isRead` is asked, once all is compiled, whether events that an alias binds will be looked at again.
 */
export function compileSteps(
  plan: SequencePlan,
  compile: (expr: PlanExpr) => Evaluate,
  isRead: (alias: string) => boolean = () => true,
): Steps {
  const last = plan.steps.at(-1);
  const absence = last?.kind === "step" && last.not;
  const wheres = new Map<PlainStepPlan, Evaluate | null>();
  for (const step of plan.steps.flatMap((step) => (step.kind === "group" ? step.members : [step]))) {
    wheres.set(step, step.where === null ? null : compile(step.where));
  }
  const members: Member[] = [];
  const member = (step: PlainStepPlan): Member => {
    const position = Math.min(members.length, sharedBit);
    const made: Member = {
      alias: step.alias,
      streams: step.streams,
      where: wheres.get(step) ?? null,
      condition: step.where,
      bit: 1 << position,
      perhaps: position === sharedBit || (step.where !== null && readsBound(step.where)),
      // The alert of an absence may read any field of the last event bound, long after it came.
      keeps: absence || isRead(step.alias),
    };
    members.push(made);
    return made;
  };
  const steps: (Step & { readonly guards: Member[] })[] = [];
  for (const step of plan.steps) {
    if (step.kind === "group") {
      const inGroup = step.members.map(member);
      const size = step.mode === "all" ? inGroup.length : 1;
      steps.push({ kind: step.mode, members: inGroup, min: size, max: size, next: step.next, guards: [] });
    } else if (step.not) guardGap(steps, member(step));
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
  return { steps, absence, members };
}

/** A NOT guards the gap behind the step before it, and behind those before that as far as what follows them may be left out. */
function guardGap(steps: readonly (Step & { readonly guards: Member[] })[], guard: Member): void {
  for (let i = steps.length - 1; i >= 0; i--) {
    steps[i]!.guards.push(guard);
    if (steps[i]!.min > 0) return;
  }
}

function readsBound(expr: PlanExpr): boolean {
  return JSON.stringify(expr).includes('"op":"bound"');
}
