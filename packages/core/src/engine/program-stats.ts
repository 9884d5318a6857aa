import type { Program } from "./program.ts";
import type { EngineStats, RuleStats } from "./types.ts";

/** What rules and their groups count. */
export function programStats({
  runners,
  groups,
}: Program): Pick<EngineStats, "missingKey" | "limited" | "suppressed" | "pending" | "keys" | "rules"> {
  const rules: RuleStats[] = runners.map((runner) => ({
    rule: runner.output.rule,
    alerts: runner.output.counts.alerts,
    resolved: runner.output.counts.resolved,
    suppressed: runner.output.counts.suppressed,
    missingKey: runner.output.missingKey,
    limited: runner.output.counts.limited,
    pending: runner.pending(),
  }));
  const sum = (count: (rule: RuleStats) => number): number => rules.reduce((total, rule) => total + count(rule), 0);
  return {
    missingKey: sum((rule) => rule.missingKey),
    limited: sum((rule) => rule.limited),
    suppressed: sum((rule) => rule.suppressed),
    pending: sum((rule) => rule.pending),
    keys: groups.reduce((total, group) => total + group.slots.live, 0),
    rules,
  };
}
