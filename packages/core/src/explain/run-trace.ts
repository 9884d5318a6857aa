import type { EventData, Row } from "../row.ts";
import type { Run } from "../sequence/run.ts";
import type { Steps } from "../sequence/step.ts";
import { setOwn } from "../values/own-property.ts";
import type { ConditionPart } from "./condition-part.ts";

/** How a run of a sequence ended, and the event that ended it. */
export type RunEnd =
  /** It lives; its WITHIN runs out at `until`. */
  | { readonly kind: "live"; readonly until: number | null }
  | { readonly kind: "matched"; readonly at: number }
  /** Its WITHIN ran out. */
  | { readonly kind: "over"; readonly at: number }
  /** An event satisfied a NOT. */
  | { readonly kind: "forbidden"; readonly at: number; readonly step: string; readonly event: EventData }
  /** Another event came where THEN NEXT allows none. */
  | { readonly kind: "interrupted"; readonly at: number; readonly event: EventData }
  /** It completed, and WHEN was not TRUE. */
  | { readonly kind: "not-true"; readonly at: number; readonly condition: ConditionPart | null }
  /** A match of another run took the events that both had bound. */
  | { readonly kind: "dropped"; readonly at: number }
  /** EXPIRE AFTER forgot the key. */
  | { readonly kind: "expired"; readonly at: number };

/** What a partial match had, and what it waited for. */
export interface RunTrace {
  readonly startedAt: number;
  /** Share of the steps that it had done, 0 to 1. */
  readonly progress: number;
  /** The events it bound, by alias: how many, and the newest of them. */
  readonly bound: Readonly<
    Record<string, { readonly count: number; readonly events: readonly EventData[]; readonly lastAt: number }>
  >;
  /** The steps that could have come next, as the language writes them. */
  readonly waitsFor: readonly string[];
  readonly end: RunEnd;
}

const shownEvents = 5;

export function traceOf(run: Run, steps: Steps, waitsFor: readonly string[], end: RunEnd): RunTrace {
  const bound: Record<string, RunTrace["bound"][string]> = {};
  for (const [alias, rows] of run.byAlias()) {
    const events = rows.slice(-shownEvents).map((row: Row) => row.raw);
    setOwn(bound, alias, { count: rows.length, events, lastAt: rows.at(-1)!.time });
  }
  return { startedAt: run.startedAt, progress: progressOf(run, steps), bound, waitsFor, end };
}

/** Steps done as a share of all; the end of a trailing NOT counts as one. */
export function progressOf(run: Run, { steps, absence }: Steps): number {
  const current = steps[run.step]!;
  const done = run.step + (current.min === 0 ? 1 : Math.min(1, run.taken / current.min));
  return done / (steps.length + (absence ? 1 : 0));
}
