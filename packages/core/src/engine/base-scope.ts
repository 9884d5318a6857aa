import { type Guard, guardOf } from "../dispatch/guard.ts";
import { constantOf } from "../expression/compile-expression.ts";
import type { ExpressionScope } from "../expression/scope.ts";
import type { PlanExpr, StreamPlan } from "../plan.ts";
import { defaultTimeFields } from "./event-time.ts";

/** What expressions of all rules of an engine reach. */
export type BaseScope = Pick<ExpressionScope, "params" | "timeFields" | "row" | "hostFunction">;

/** Of WHERE and BY: nothing but the event is there to be read. */
export function eventScope(base: BaseScope): ExpressionScope {
  const refuse = (what: string) => (): never => {
    throw new Error(`a plan must not use ${what} in WHERE or BY`);
  };
  return {
    ...base,
    aggregate: refuse("an aggregate"),
    prev: refuse("PREV"),
    elapsed: refuse("ELAPSED"),
    speed: refuse("SPEED_KMH"),
    bound: refuse("a bound event"),
  };
}

/** What a condition demands of one field that any event may be asked for. */
export function guardIn(condition: PlanExpr, base: Pick<BaseScope, "params" | "timeFields">): Guard | null {
  return guardOf(
    condition,
    (expr) => constantOf(expr, base.params),
    (name) => !(name in Object.prototype) && !base.timeFields.has(name),
  );
}

/** Fields that read as a TIME in some stream, whatever they hold. */
export function timeFieldsOf(streams: readonly StreamPlan[]): ReadonlySet<string> {
  return new Set([...defaultTimeFields, ...streams.flatMap(({ time }) => (time?.kind === "field" ? time.field : []))]);
}
