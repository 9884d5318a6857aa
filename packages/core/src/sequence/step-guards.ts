import type { Guard } from "../dispatch/guard.ts";
import type { PlanExpr } from "../plan.ts";
import type { Member, Steps } from "./step.ts";

/** What an event must be to concern a sequence. */
export interface StepGuards {
  /** It meets one of these; `null`: nothing can be said. */
  readonly guards: readonly Guard[] | null;
  /** Or its key has runs: they may wait for an event of which nothing can be said. */
  readonly waits: boolean;
}

/** `guardOf` gives what a WHERE demands of one field of the event. */
export function stepGuards(
  { steps, members }: Steps,
  first: readonly Member[],
  guardOf: (condition: PlanExpr) => Guard | null,
): StepGuards {
  const guards: Guard[] = [];
  let waits = steps.some(({ next }) => next);
  for (const member of members) {
    const guard = member.condition === null ? null : guardOf(member.condition);
    if (guard !== null) guards.push(guard);
    else if (first.includes(member)) return { guards: null, waits: false };
    else waits = true;
  }
  return { guards, waits };
}
