import type { Millis, RulePlan, WindowPlan } from "../plan.ts";
import type { Binding } from "./binding.ts";
import type { Explanation } from "./explained-events.ts";
import type { WindowShape } from "./group-window.ts";

/** Where no window says how much time belongs together. */
const defaultStretchMs = 60_000;
/** `null`: no window, and nothing is read from all events so far. */
export function windowShape(rule: RulePlan, owner: string, { millis }: Binding): WindowShape | null {
  const plan = rule.window;
  switch (plan?.kind) {
    case "within":
      return {
        kind: "within",
        lengthMs: millis(plan.length),
        precisionMs: plan.precision === null ? null : millis(plan.precision),
      };
    case "last":
      return { kind: "last", count: plan.count };
    case "hopping":
      return { kind: "owned", mode: "sliding", owner, lengthMs: millis(plan.length) };
    case "tumbling":
      return { kind: "owned", mode: "growing", owner, lengthMs: millis(plan.every) };
    case "session":
      return { kind: "owned", mode: "growing", owner, lengthMs: null };
    default:
      return rule.aggregates.some((aggregate) => aggregate.over === null) ? { kind: "all" } : null;
  }
}

/** How much time evaluations share one near miss: what the window holds at once. */
export function stretchMs(plan: WindowPlan | null, { millis }: Binding): number {
  switch (plan?.kind) {
    case "within":
    case "hopping":
      return millis(plan.length);
    case "tumbling":
      return millis(plan.every);
    case "session":
      return millis(plan.gap);
    default:
      return defaultStretchMs;
  }
}

/** What fires when a FOR is over says how the last end left the window. */
export function lastEnd(plan: WindowPlan | null, binding: Binding): Explanation["endAt"] {
  if (plan?.kind !== "tumbling" && plan?.kind !== "hopping") return null;
  const everyMs = binding.millis(plan.every);
  const offset = offsetMs(plan.offset, binding);
  return (at) => Math.floor((at - offset) / everyMs) * everyMs + offset;
}

/** An OFFSET may be 0. */
export function offsetMs(offset: Millis, { millis }: Binding): number {
  return offset === 0 ? 0 : millis(offset);
}
