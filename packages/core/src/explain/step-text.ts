import type { PlainStepPlan, RulePlan, StepPlan } from "../plan.ts";
import type { Run } from "../sequence/run.ts";
import type { Steps } from "../sequence/step.ts";
import { expressionText } from "./expression-text.ts";

/** A step of a sequence as the language would write it, for people to read. */
export function stepText(step: StepPlan, rule: RulePlan): string {
  if (step.kind === "group") {
    return `${step.mode} of (${step.members.map((member) => stepText(member, rule)).join(", ")})`;
  }
  const times =
    step.min === 1 && step.max === 1
      ? ""
      : step.max === null
        ? `{${step.min},}`
        : step.min === step.max
          ? `{${step.min}}`
          : `{${step.min},${step.max}}`;
  return `${step.not ? "not " : ""}${step.alias}${times}${step.where === null ? "" : ` where ${expressionText(step.where, rule)}`}`;
}

/** What a run waits for: more of its current step, else the steps that may come next; the end of a trailing NOT. */
export function waitedFor(run: Run, { steps, absence }: Steps, rule: RulePlan): readonly string[] {
  const plans = (rule.sequence?.steps ?? []).filter((step) => step.kind === "group" || !step.not);
  const current = steps[run.step]!;
  const plan = plans[run.step]!;
  if (run.taken < current.min) {
    if (plan.kind === "group") return openMembers(plan, run).map((member) => stepText(member, rule));
    const missing = current.min - run.taken;
    return [`${missing} more of ${stepText(plan, rule)}`];
  }
  const texts: string[] = [];
  for (let i = run.step + 1; i < steps.length; i++) {
    texts.push(`${steps[i]!.next ? "next " : ""}${stepText(plans[i]!, rule)}`);
    if (steps[i]!.min > 0) return texts;
  }
  const last = rule.sequence?.steps.at(-1);
  if (absence && last !== undefined) texts.push(`the end of WITHIN, with ${stepText(last, rule)}`);
  return texts;
}

function openMembers(plan: Extract<StepPlan, { readonly kind: "group" }>, run: Run): readonly PlainStepPlan[] {
  return plan.members.filter((_, i) => (run.filled & (1n << BigInt(i))) === 0n);
}
