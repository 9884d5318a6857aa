import type { Evaluate } from "../evaluate.ts";
import { compileExpression } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { RulePlan } from "../plan.ts";
import { type BaseScope, eventScope, guardIn } from "./base-scope.ts";
import { type Binding, contentText } from "./binding.ts";
import { Group } from "./group.ts";
import type { GroupSpec } from "./group-spec.ts";
import { hash128 } from "./hash.ts";
import type { Runtime } from "./runtime.ts";

/** The group of a rule, made where there is none yet that reads the same events under the same keys. */
export function groupFor(
  groups: Map<string, Group>,
  rule: RulePlan,
  binding: Binding,
  base: BaseScope,
  runtime: Runtime,
  owns: GroupSpec["owns"],
): Group {
  const expireMs = rule.expireAfter === null ? null : binding.millis(rule.expireAfter);
  const from = sourcesOf(rule);
  const keys = rule.sequence === null ? rule.key.map((key) => key.expr) : rule.sequence.keys;
  const textOf = (part: unknown): string => contentText(part, binding);
  const id = hash128(textOf([from, rule.where, keys, expireMs]));
  const name = `${id} ${owns === null ? "all" : owns === "none" ? "none" : "own"}`;
  const known = groups.get(name);
  if (known !== undefined) return known;
  const scope = eventScope(base);
  const group = new Group(
    {
      id: owns === null ? id : hash128(name),
      from,
      where: rule.where === null ? null : compileExpression(rule.where, scope),
      keySize: rule.key.length,
      key: keyReader(rule, scope),
      expireMs,
      guard: rule.where === null ? null : guardIn(rule.where, base),
      owns,
      textOf,
    },
    runtime,
  );
  if (runtime.explainer !== null) {
    group.log = runtime.explainer.observeGroup(rule, group.spec, (expr) => compileExpression(expr, scope));
  }
  groups.set(name, group);
  return group;
}

/** The streams a rule reads: of a sequence, those of its steps and of FROM. */
function sourcesOf(rule: RulePlan): readonly string[] | null {
  if (rule.sequence === null || rule.from !== null) return rule.from;
  const streams = rule.sequence.steps
    .flatMap((step) => (step.kind === "group" ? step.members : [step]))
    .flatMap((step) => step.streams);
  return [...new Set(streams)];
}

function keyReader(rule: RulePlan, scope: ExpressionScope): (stream: string) => readonly Evaluate[] {
  if (rule.sequence === null) {
    const key = rule.key.map(({ expr }) => compileExpression(expr, scope));
    return () => key;
  }
  const byStream = new Map(
    rule.sequence.keys.map(({ stream, exprs }) => [stream, exprs.map((expr) => compileExpression(expr, scope))]),
  );
  const fallback = rule.key.map(({ expr }) => compileExpression(expr, scope));
  return (stream) => byStream.get(stream) ?? fallback;
}
