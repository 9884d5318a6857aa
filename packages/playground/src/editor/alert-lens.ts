import type { RunFacts } from "../protocol/calls.ts";
import { count } from "../ui/format.ts";

const dayMs = 86_400_000;

/** What stands above a rule: `412 alerts · 38 a day`; `null` where the run knows no such rule. */
export function alertLens({ rules, range }: RunFacts, name: string): string | null {
  const rule = rules.find((known) => known.name === name);
  if (rule === undefined) return null;
  const alerts = rule.counts.reduce((sum, value) => sum + value, 0);
  const parts = [alerts === 1 ? "1 alert" : `${count(alerts)} alerts`];
  const days = range === null ? 0 : (range.to - range.from) / dayMs;
  if (days >= 1 && alerts > 0) parts.push(`${(alerts / days).toFixed(alerts / days < 10 ? 1 : 0)} a day`);
  if (rule.suppressed > 0) parts.push(`${count(rule.suppressed)} suppressed`);
  return parts.join(" · ");
}
