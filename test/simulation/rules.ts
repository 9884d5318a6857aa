import type { Plan } from "@weir/core";
import { compile } from "@weir/dsl";

const text = `
STREAM payments { user: STRING, amount: NUMBER } TIME ts LATENESS 2s

RULE large FROM payments WHERE amount > 950 EMIT HIGH "{user} paid {amount}"
RULE burst FROM payments BY user WITHIN 10s WHEN COUNT() >= 3 EMIT MEDIUM "{user} is busy" { total: SUM(amount) }
RULE spender FROM payments BY user WITHIN 30s WHEN SUM(amount) > 1500 EMIT LOW "{user} spends" COOLDOWN 5s
RULE counter FROM payments BY user WHEN COUNT() >= 1 EMIT INFO "{user} {COUNT()}" { n: COUNT() } COOLDOWN 3s
`;

/** Rules with windows, episodes, cooldowns and memory without end, so that an event lost or counted twice shows. */
export function rules(): Plan {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.plan;
}
