import { durationText } from "../explain/expression-text.ts";
import type { Millis, Plan } from "../plan.ts";
import type { TestEvent } from "./test-events.ts";
import type { TestPlan } from "./test-plan.ts";

/** More ends of windows take seconds: a test that is meant to be run often has fewer. */
const maxEnds = 10_000_000;

/**
 * Whether the clock of a test passes more ends of windows than can be evaluated in reasonable time, as a sentence; else `null`. Silent
 * keys are evaluated at every end until they expire.
 */
export function clockProblem(plan: Plan, test: TestPlan, events: readonly TestEvent[]): string | null {
  const first = events[0];
  if (first === undefined) return null;
  const spanMs = Math.max(test.until ?? 0, events.at(-1)!.at) - first.at;
  for (const { name, window, expireAfter, key } of plan.rules) {
    const byClock = window?.kind === "tumbling" || window?.kind === "hopping";
    if (!byClock || expireAfter === null || key.length === 0) continue;
    const everyMs = millis(window.every, plan, test);
    const silentMs = millis(expireAfter, plan, test);
    if (everyMs === null || silentMs === null) continue;
    const ends = Math.min(spanMs, silentMs * events.length) / everyMs;
    if (ends <= maxEnds) continue;
    return `the clock passes ${Math.round(ends)} ends of the windows of rule \`${name}\`, one every ${durationText(everyMs)}`;
  }
  return null;
}

/** `null` where it is no length of time: the engine says so. */
function millis(length: Millis, plan: Plan, test: TestPlan): number | null {
  if (typeof length === "number") return length;
  const given = Object.hasOwn(test.params, length.param) ? test.params[length.param] : undefined;
  const declared = plan.params.find(({ name }) => name === length.param)?.value;
  if (typeof given === "number" && given > 0) return given;
  return typeof declared === "object" && declared !== null && "duration" in declared ? declared.duration : null;
}
