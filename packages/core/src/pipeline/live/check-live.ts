import { createEngine } from "../../engine/engine.ts";
import { tellable } from "../../engine/live-values.ts";
import type { PipelineOptions } from "../contracts/pipeline.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";

/** Throws `PipelineError` where values are to be shown that a rule does not have, or of which nobody says how long they stand. */
export function checkLive({ plan, engine, live }: PipelineOptions): void {
  if (live === undefined) return;
  try {
    createEngine(plan, { ...engine, live: Object.keys(live.rules) });
  } catch (error) {
    throw new PipelineError("options", error instanceof Error ? error.message : String(error), { cause: error });
  }
  for (const rule of plan.rules) {
    if (!Object.hasOwn(live.rules, rule.name)) continue;
    const { field, ttlMs } = live.rules[rule.name]!;
    if (ttlMs === undefined && (rule.window === null || rule.window.kind === "last")) {
      throw new PipelineError("options", `the window of rule \`${rule.name}\` does not say how long its values stand`, {
        hint: `say it in \`live.rules.${rule.name}.ttl\``,
      });
    }
    const fields = tellable(rule);
    if (field !== undefined && !fields.has(field)) {
      throw new PipelineError("options", `the rule \`${rule.name}\` has no field \`${field}\` to show`, {
        hint: `there is ${[...fields].map((name) => `\`${name}\``).join(", ")}`,
      });
    }
  }
}
