import type { Alert, Plan } from "@weir/core";
import { atTime, type FixtureEvent, runFixtureInPieces } from "./fixture.ts";
import { lookBackMs, planOfRule } from "./rule-closure.ts";

export type FuzzKind = "reordered" | "late" | "duplicated" | "boundary" | "missing";

/** A small change of the events that changes what the rule says. */
export interface Finding {
  readonly kind: FuzzKind;
  /** What was changed, as a sentence. */
  readonly change: string;
  readonly before: number;
  readonly after: number;
  readonly events: readonly FixtureEvent[];
  /** How far the clock has to be moved on. */
  readonly until: number;
}

interface Candidate {
  readonly kind: FuzzKind;
  readonly change: string;
  readonly events: readonly FixtureEvent[];
}

const maxCandidates = 2000;

/**
 * Searches for small changes of a recording that change how often a rule fires: events swapped, delivered last, given twice, left
 * out, or moved by a millisecond around the edges of its window.
 */
export async function findCounterexamples(
  plan: Plan,
  events: readonly FixtureEvent[],
  alert: Alert,
  pause: () => Promise<void>,
): Promise<readonly Finding[]> {
  const own = planOfRule(plan, alert.rule);
  const rule = own.rules.find(({ name }) => name === alert.rule);
  const windowMs = rule === undefined ? null : lookBackMs(rule, own);
  const until = Math.max(alert.at, ...events.map(({ time }) => time)) + 1;
  const countOf = async (candidate: readonly FixtureEvent[]): Promise<number> =>
    (await runFixtureInPieces(own, candidate, until, pause)).filter((other) => other.rule === alert.rule).length;
  const before = await countOf(events);
  const findings: Finding[] = [];
  let tried = 0;
  for (const candidate of candidates(own, events, windowMs)) {
    if (tried++ >= maxCandidates) break;
    const after = await countOf(candidate.events);
    if (after !== before) findings.push({ ...candidate, before, after, until });
  }
  return findings;
}

function* candidates(
  plan: Plan,
  events: readonly FixtureEvent[],
  windowMs: number | null,
): Generator<Candidate, void, undefined> {
  const place = (i: number): string => `event ${i + 1}`;
  for (let i = 0; i < events.length; i++) {
    const event = events[i]!;
    const rest = events.toSpliced(i, 1);
    yield { kind: "duplicated", change: `${place(i)} arrives twice`, events: events.toSpliced(i, 0, event) };
    yield { kind: "missing", change: `${place(i)} is missing`, events: rest };
    if (i + 1 < events.length) {
      yield { kind: "late", change: `${place(i)} arrives last`, events: [...rest, event] };
      const swapped = events.with(i, events[i + 1]!).with(i + 1, event);
      yield { kind: "reordered", change: `${place(i)} and ${i + 2} arrive in the other order`, events: swapped };
      const same = events.with(i, atTime(plan, event, events[i + 1]!.time));
      yield { kind: "boundary", change: `${place(i)} has the time of event ${i + 2}`, events: same };
    }
    for (const ms of [-1, 1]) {
      const moved = events.with(i, atTime(plan, event, event.time + ms));
      yield { kind: "boundary", change: `${place(i)} is 1 ms ${ms < 0 ? "earlier" : "later"}`, events: moved };
    }
  }
  const last = events.at(-1);
  if (windowMs === null || last === undefined || events.length < 2) return;
  for (const ms of [-1, 0, 1]) {
    const time = last.time - windowMs - ms;
    const edge = events.with(0, atTime(plan, events[0]!, time));
    const distance = ms === 0 ? "exactly the window" : `the window ${ms < 0 ? "less" : "and"} 1 ms`;
    yield { kind: "boundary", change: `event 1 lies ${distance} before the last`, events: edge };
  }
}
