import type { Group } from "../engine/group.ts";
import type { RuleRunner } from "../engine/rule-runner.ts";
import { flipped } from "../expression/flipped.ts";
import type { CompareOp, PlanExpr } from "../plan.ts";
import { comparedCountCode, justBefore } from "./bounded-code.ts";
import { type CodeScope, ExpressionCode } from "./expression-code.ts";
import type { RecordCode } from "./record-code.ts";
import { type BuiltRule, boundedCount, type ScopeOf } from "./rule-code.ts";
import { literal, type Source } from "./source.ts";

/** More episodes than this are not asked one by one whether an event may close them. */
const maxAsked = 20;

/** Tells, as code, whether a condition holds just before an event; `null` where that takes a look at the windows. */
export type HoldsBefore = (runner: RuleRunner, branch: number, record: RecordCode) => string | null;

/** Writes the looks at open episodes as of just before the event, where one may close. */
export function writeLook(group: Group, source: Source, record: RecordCode, holdsBefore: HoldsBefore): void {
  if (!group.looksBefore) return;
  const g = source.ref(group);
  const open = `${record.int(group.openCount)} !== 0`;
  // Cells of a template keep their episodes in the same places, and may each hold for another reason.
  const { runners } = group.cells[0]!;
  const count = runners.reduce((sum, { episodes }) => sum + (episodes?.length ?? 0), 0);
  if (count > maxAsked) source.line(`if (${open}) ${g}.lookBefore(slot, t);`);
  else {
    const mayClose = runners.flatMap((runner) =>
      (runner.episodes ?? []).map(({ openedAt, holdMs, branch }) => {
        const at = record.floatAt(openedAt);
        const isOfAge = holdMs === null ? `${at} !== Infinity` : `${at} <= t - ${literal(holdMs)}`;
        const holds = group.spec.field === null ? holdsBefore(runner, branch, record) : null;
        return holds === null ? isOfAge : `(${isOfAge} && !${holds})`;
      }),
    );
    source.line(`if (${open} && (${mayClose.join(" || ")})) ${g}.lookBefore(slot, t);`);
  }
}

/** `HoldsBefore` of a rule: of conditions that do nothing but compare counts of bounded windows with constants. */
export function conditionBefore(
  { rule, uses, scope }: BuiltRule,
  branch: number,
  source: Source,
  record: RecordCode,
  scopeOf: ScopeOf,
): string | null {
  const { when } = rule.branches[branch]!;
  if (when === null || scope === null) return null;
  const code: CodeScope = scopeOf(source, {
    closure: () => () => null,
    comparedCount: (index, cmp, constant) => {
      const count = boundedCount(uses[index]!);
      return count === null ? null : comparedCountCode(count, cmp, constant, record, justBefore);
    },
  });
  return comparesCounts(when, code) ? `(${new ExpressionCode(code).isTrue(when)})` : null;
}

function comparesCounts(expr: PlanExpr, scope: CodeScope): boolean {
  if (scope.constant(expr) !== undefined) return true;
  switch (expr.op) {
    case "and":
    case "or":
      return expr.args.every((arg) => comparesCounts(arg, scope));
    case "not":
      return comparesCounts(expr.arg, scope);
    case "compare":
      return (
        isCompared(expr.left, expr.cmp, expr.right, scope) ||
        isCompared(expr.right, flipped[expr.cmp], expr.left, scope)
      );
    default:
      return false;
  }
}

function isCompared(left: PlanExpr, cmp: CompareOp, right: PlanExpr, scope: CodeScope): boolean {
  const constant = scope.constant(right);
  return (
    left.op === "aggregate" && typeof constant === "number" && scope.comparedCount(left.index, cmp, constant) !== null
  );
}
