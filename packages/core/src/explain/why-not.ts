import type { RulePlan } from "../plan.ts";
import type { FilterCounts, GroupLog } from "./group-log.ts";
import type { KeyTrail, Step } from "./key-trail.ts";
import type { RuleLog } from "./rule-log.ts";
import type { RunTrace } from "./run-trace.ts";
import type { KeyRunLog, SequenceLog } from "./sequence-log.ts";
import type { StreamLog } from "./stream-log.ts";
import type { Evaluation, RefusedBy, WhyNot, WhyNotReason } from "./why.ts";

type Key = Readonly<Record<string, unknown>>;

/** What is recorded of a rule: `evaluations`, or `runs` of a sequence. */
export type RuleLogs = { readonly rule: RulePlan; readonly group: GroupLog } & (
  | { readonly evaluations: RuleLog; readonly runs: null }
  | { readonly evaluations: null; readonly runs: SequenceLog }
);

/** Puts together why a rule did not fire for a key that `fits`; of several, for the one that came closest. `writers` write a stream with INTO. */
export function whyNot(
  logs: RuleLogs,
  streams: StreamLog,
  writers: (stream: string) => readonly string[],
  fits: (key: Key) => boolean,
  time: number,
  now: number,
): WhyNot {
  const found = logs.runs === null ? ofEvaluations(logs.evaluations, fits, time) : ofRuns(logs.runs, fits, time, now);
  const key = found?.key ?? [...logs.group.keysOf(logs.rule)].find(fits) ?? null;
  const counts = key === null ? null : (logs.group.ofNamedKey(logs.rule, key) ?? null);
  const filtered = filterReasons(logs, key === null ? logs.group.all : counts);
  const unseen = found === null ? streamReasons(logs, streams, counts, writers) : [];
  const reasons = [
    ...(found?.reasons ?? []),
    // Where other keys came through, it is not WHERE that matters most.
    ...(logs.group.all.passed > 0 ? [...unseen, ...filtered] : [...filtered, ...unseen]),
    ...badReasons(logs, streams),
  ];
  return {
    rule: logs.rule.name,
    key,
    time,
    reasons: reasons.length > 0 ? reasons : [{ kind: "no-event" }],
    last: found?.last ?? null,
    best: found?.best ?? null,
    run: found?.run ?? null,
    complete: found?.complete ?? !forgetsAny(logs, fits),
  };
}

/** Whether something may have been forgotten of a key of which nothing is known at the time. */
function forgetsAny({ evaluations, runs }: RuleLogs, fits: (key: Key) => boolean): boolean {
  if (runs !== null) return runs.forgets;
  return evaluations.forgets || evaluations.trailsOf(fits).some(({ forgets }) => forgets);
}

/** A step of a trail for the host. */
export function evaluationOf({ at, branch, reading, closeness, outcome }: Step, log: RuleLog): Evaluation {
  const { severity } = log.rule.branches[branch]!;
  const condition = reading === null ? null : (log.probes[branch]?.show(reading) ?? null);
  return { at, severity, condition, closeness, outcome };
}

interface Found extends Pick<WhyNot, "last" | "best" | "run" | "complete" | "reasons"> {
  readonly key: Key;
}

function ofEvaluations(log: RuleLog, fits: (key: Key) => boolean, time: number): Found | null {
  let chosen: { readonly trail: KeyTrail; readonly best: Step } | null = null;
  for (const trail of log.trailsOf(fits)) {
    const best = trail.closestAt(time);
    if (best !== null && (chosen === null || isMoreTelling(trail, best, chosen))) chosen = { trail, best };
  }
  if (chosen === null) return null;
  const { trail, best } = chosen;
  const last = trail.lastAt(time);
  const view = (step: Step): Evaluation => evaluationOf(step, log);
  const reasons: WhyNotReason[] = [];
  if (last !== null) reasons.push(...stateReasons(last, trail));
  if (best.outcome === "not-true") reasons.push({ kind: "not-true", evaluation: view(best) });
  else if (last?.outcome === "not-true") reasons.push({ kind: "not-true", evaluation: view(last) });
  const fired = firedReason(trail.fired, trail.firstFired, trail.lastFired, time);
  return {
    key: trail.key,
    reasons: [...reasons, ...fired],
    last: last === null ? null : view(last),
    best: view(best),
    run: null,
    complete: !trail.forgets && !log.forgets,
  };
}

/** Of several keys, one that did not fire goes first, then the one that came closer, or as close earlier. */
function isMoreTelling(trail: KeyTrail, best: Step, than: { readonly trail: KeyTrail; readonly best: Step }): boolean {
  const fired = trail.fired > 0;
  if (fired !== than.trail.fired > 0) return !fired;
  const gained = best.closeness - than.best.closeness;
  return gained > 0 || (gained === 0 && best.at < than.best.at);
}

function stateReasons({ outcome, bound }: Step, { suppressed }: KeyTrail): readonly WhyNotReason[] {
  switch (outcome) {
    case "open":
      return [{ kind: "episode-open", since: bound! }];
    case "waiting":
      return [{ kind: "for", until: bound! }];
    case "suppressed":
      return [{ kind: "cooldown", until: bound!, count: suppressed }];
    default:
      return [];
  }
}

function firedReason(count: number, first: number | null, last: number | null, time: number): readonly WhyNotReason[] {
  if (last === null || (first !== null && first > time)) return [];
  return [{ kind: "fired", count, first, last }];
}

function ofRuns(log: SequenceLog, fits: (key: Key) => boolean, time: number, now: number): Found | null {
  let chosen: { readonly log: KeyRunLog; readonly run: RunTrace | null } | null = null;
  for (const known of log.keysOf(fits, now)) {
    let furthest: RunTrace | null = null;
    for (const run of known.runs) {
      if (run.startedAt > time || run.end.kind === "matched" || run.end.kind === "dropped") continue;
      if (furthest === null || isFurther(run, furthest)) furthest = run;
    }
    const progress = chosen?.run?.progress ?? -1;
    if (chosen === null || (furthest?.progress ?? -1) > progress) chosen = { log: known, run: furthest };
  }
  if (chosen === null) return null;
  const { log: known, run } = chosen;
  const reasons: WhyNotReason[] = [];
  const held = known.lastSuppressed;
  if (held !== null && held.at <= time && held.until > time) {
    reasons.push({ kind: "cooldown", until: held.until, count: known.suppressed });
  }
  if (run !== null) reasons.push({ kind: "run", run });
  else if (known.started === 0) {
    const { events, refused } = known;
    reasons.push({ kind: "no-run", events, refused, refusedBy: refusals(log.firstParts, known.refusedBy) });
  }
  const complete = !known.forgets && !log.forgets;
  return {
    key: known.key,
    reasons: [...reasons, ...firedReason(known.fired, null, known.lastFired, time)],
    last: null,
    best: null,
    run,
    complete,
  };
}

/** Of runs as far as each other one that lives tells more, and the first of these; else the one that began last. */
function isFurther(run: RunTrace, than: RunTrace): boolean {
  if (run.progress !== than.progress) return run.progress > than.progress;
  const lives = than.end.kind === "live";
  return (run.end.kind === "live") === lives ? run.startedAt < than.startedAt === lives : !lives;
}

function filterReasons({ group }: RuleLogs, counts: FilterCounts | null): readonly WhyNotReason[] {
  const reasons: WhyNotReason[] = [];
  if (counts !== null && counts.refused > 0) {
    const { refused, passed, refusedBy, lastRefused: last } = counts;
    const parts = refusals(group.probe?.joined ?? [], refusedBy);
    reasons.push({ kind: "filtered", refused, passed, refusedBy: parts, last });
  }
  if (counts !== null && counts.late > 0) reasons.push({ kind: "late", events: counts.late, last: counts.lastLate });
  return reasons;
}

/** What became of the events of the rule's streams, where none of them was evaluated for the key. */
function streamReasons(
  { rule, group }: RuleLogs,
  { streams }: StreamLog,
  counts: FilterCounts | null,
  writers: (stream: string) => readonly string[],
): readonly WhyNotReason[] {
  const reasons: WhyNotReason[] = [];
  if (counts !== null && counts.passed > 0) reasons.push({ kind: "not-evaluated", window: rule.window?.kind ?? null });
  if (group.keyless > 0) {
    const part = rule.key.reduce((worst, _, i) => {
      const missing = (position: number): number => group.missingParts[position] ?? 0;
      return missing(i) > missing(worst) ? i : worst;
    }, 0);
    reasons.push({ kind: "missing-key", events: group.keyless, part: rule.key[part]?.name ?? "" });
  }
  const others = [...streams].map(([stream, { events }]) => ({ stream, events }));
  for (const stream of group.from ?? []) {
    if (!streams.has(stream) && group.all.passed + group.all.refused === 0) {
      reasons.push({ kind: "no-stream", stream, writtenBy: writers(stream), others: others.slice(0, 10) });
    }
  }
  if (counts === null && group.all.passed > 0) reasons.push({ kind: "no-event" });
  return reasons;
}

function badReasons({ group }: RuleLogs, { streams }: StreamLog): readonly WhyNotReason[] {
  return [...streams].flatMap(([stream, { bad, firstReason }]): WhyNotReason[] =>
    bad > 0 && firstReason !== null && (group.from?.includes(stream) ?? true)
      ? [{ kind: "bad", stream, events: bad, reason: firstReason }]
      : [],
  );
}

/** The parts that refused anything, the one that did most first. */
function refusals(texts: readonly string[], counts: readonly number[]): readonly RefusedBy[] {
  return texts
    .map((text, i) => ({ text, events: counts[i] ?? 0 }))
    .filter(({ events }) => events > 0)
    .sort((a, b) => b.events - a.events);
}
