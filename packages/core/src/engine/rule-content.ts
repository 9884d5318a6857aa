import type { RulePlan } from "../plan.ts";
import { type Binding, contentText } from "./binding.ts";
import { hash128 } from "./hash.ts";

/** Names a rule by what its state depends on: a new name, message or severity leaves that as it is. */
export function ruleContent(rule: RulePlan, binding: Binding): string {
  const { from, where, key, window, sequence, aggregates, branches, cooldown, expireAfter } = rule;
  const conditions = branches.map(({ when, about, for: forMs, each, resolve }) => [when, about, forMs, each, resolve]);
  return hash128(
    contentText([from, where, key, window, sequence, aggregates, conditions, cooldown, expireAfter], binding),
  );
}
