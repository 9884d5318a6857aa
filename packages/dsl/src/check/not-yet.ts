import type { RulePlan } from "@weir/core";
import type { RuleInfo } from "./names.ts";

/** A construct of the language that the engine cannot run yet. */
export interface NotYet {
  /** As it is called in the message. */
  readonly what: string;
  readonly isIn: (rule: RulePlan) => boolean;
}

export const notYet: readonly NotYet[] = [];

/** Refuses what the engine cannot run yet; whether there is any. */
export function reportNotYet(rule: RuleInfo, plan: RulePlan): boolean {
  const missing = notYet.filter(({ isIn }) => isIn(plan));
  for (const { what } of missing) {
    const { decl, unit } = rule;
    unit.report.error("not-yet", decl.name?.span ?? decl.span, `${what} cannot be run yet`);
  }
  return missing.length > 0;
}
