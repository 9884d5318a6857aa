import { namedKey } from "../explain/rule-log.ts";
import { waitedFor } from "../explain/step-text.ts";
import type { RulePlan } from "../plan.ts";
import type { Value } from "../value.ts";
import type { Json } from "../values/to-json.ts";
import type { Run } from "./run.ts";
import type { Steps } from "./step.ts";

/** A run of a sequence that has begun and not ended. */
export interface PartialMatch {
  readonly key: Readonly<Record<string, Json>>;
  /** Event time of its first event. */
  readonly startedAt: number;
  /** When its WITHIN runs out; `null` where the sequence has none. */
  readonly until: number | null;
  /** Steps that have all they need. */
  readonly done: number;
  /** Steps of the sequence; the end of a trailing NOT is one. */
  readonly steps: number;
  /** The steps that may come next, as the language writes them. */
  readonly waitsFor: readonly string[];
}

/** Partial matches of a rule: how many there are, and some of them. */
export interface PartialMatches {
  readonly count: number;
  /** Those that came furthest, of equal ones the oldest first. */
  readonly matches: readonly PartialMatch[];
}

/** A live run, and whose it is. */
export interface LiveRun {
  readonly key: readonly Value[];
  readonly run: Run;
}

export function partialMatchesOf(
  rule: RulePlan,
  steps: Steps,
  withinMs: number,
  live: readonly LiveRun[],
  limit: number,
): PartialMatches {
  const furthest = [...live].sort((a, b) => {
    const further = stepsDone(b.run, steps) - stepsDone(a.run, steps);
    return further === 0 ? a.run.began - b.run.began : further;
  });
  const matches = furthest.slice(0, limit).map(({ key, run }) => ({
    key: namedKey(rule, key),
    startedAt: run.startedAt,
    until: withinMs === Infinity ? null : run.startedAt + withinMs,
    done: stepsDone(run, steps),
    steps: steps.steps.length + (steps.absence ? 1 : 0),
    waitsFor: waitedFor(run, steps, rule),
  }));
  return { count: live.length, matches };
}

function stepsDone(run: Run, { steps }: Steps): number {
  return run.step + (run.taken >= steps[run.step]!.min ? 1 : 0);
}
