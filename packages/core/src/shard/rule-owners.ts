import type { Plan, RulePlan } from "../plan.ts";

/** Which shard runs a rule: `null` where each runs it for the keys that are its own. */
export type RuleOwner = number | null;

/**
 * Cuts a plan for `count` engines that each see all events.
 *
 * A rule is cut by its key. Whole on one shard stays a rule without a key, one whose COOLDOWN is shared between keys (PER), and,
 * on the first shard, all that write derived streams or read them: there the key may change on the way.
 */
export function ruleOwners(plan: Plan, count: number): readonly RuleOwner[] {
  const derived = new Set(plan.rules.flatMap(({ branches }) => branches.flatMap(({ into }) => into ?? [])));
  let turn = 0;
  return plan.rules.map((rule) => {
    if (count === 1 || isChained(rule, derived)) return 0;
    if (rule.key.length > 0 && (rule.cooldown?.per ?? null) === null) return null;
    // The first shard has the chains: begin with the last.
    return count - 1 - (turn++ % count);
  });
}

function isChained(rule: RulePlan, derived: ReadonlySet<string>): boolean {
  if (rule.branches.some(({ into }) => into !== null)) return true;
  const steps = rule.sequence?.steps.flatMap((step) => (step.kind === "group" ? step.members : [step])) ?? [];
  return [...(rule.from ?? []), ...steps.flatMap(({ streams }) => streams)].some((stream) => derived.has(stream));
}
