import type { Millis, Plan, RulePlan } from "@weir/core";
import type { HostedPlan } from "./hosting.ts";

/** The plan of one rule alone, with the rules whose derived streams it reads. */
export function planOfRule(plan: HostedPlan, name: string): HostedPlan {
  const needed = new Set<string>([name]);
  for (let before = 0; before !== needed.size; ) {
    before = needed.size;
    const read = plan.rules.filter((rule) => needed.has(rule.name)).flatMap((rule) => rule.from ?? []);
    for (const rule of plan.rules) {
      if (rule.branches.some(({ into }) => into !== null && read.includes(into))) needed.add(rule.name);
    }
  }
  return { ...plan, rules: plan.rules.filter((rule) => needed.has(rule.name)) };
}

/** How far an alert of a rule looks back, in milliseconds; `null` where that has no bound in time. */
export function lookBackMs(rule: RulePlan, plan: Plan): number | null {
  const { window, sequence } = rule;
  if (sequence !== null) return sequence.within === null ? null : millis(sequence.within, plan);
  switch (window?.kind) {
    case "within":
    case "hopping":
      return millis(window.length, plan);
    case "tumbling":
      return millis(window.every, plan);
    case "session":
      return window.max === null ? millis(window.gap, plan) : millis(window.max, plan);
    case "last":
    case undefined:
      return null;
  }
}

/** The length that a plan holds, or the PARAM for it. */
export function millis(length: Millis, plan: Plan): number {
  if (typeof length === "number") return length;
  const value = plan.params.find((param) => param.name === length.param)?.value;
  return typeof value === "object" && value !== null && "duration" in value ? value.duration : 0;
}
