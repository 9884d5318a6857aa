import { aggregateBound } from "./aggregates.ts";
import { holds } from "./expressions.ts";
import type { Branch } from "./rules.ts";
import { begin, boundOf, endsWithNot, isComplete, type Matching, offer, type Run } from "./runs.ts";
import type { Scope, Seen } from "./scope.ts";
import type { SequenceSpec } from "./steps.ts";
import { fire, type KeyState, type RuleState, type RunFate, type World } from "./world.ts";

/** Rules 2 to 4 of §9 for an event of the key; runs that are over are gone by then. */
export function sequenceEvent(world: World, state: RuleState, key: KeyState, event: Seen, spec: SequenceSpec): void {
  key.events.push(event);
  const matching: Matching = { names: world.file, key: key.key, spec };
  const completed =
    spec.mode === "all"
      ? offerToCopies(world, state, key, matching, event)
      : offerToAll(world, state, key, matching, event);
  const tried = spec.mode === "latest" ? completed.reverse() : completed;
  const matched = match(world, state, key, spec, tried, event.ts);
  if (matched && spec.mode !== "each" && spec.mode !== "all") return;
  const run = begin(matching, event, state.runsMade++);
  if (run === null) return;
  if (isMatch(spec, run)) match(world, state, key, spec, [run], event.ts);
  else keep(world, key, spec, run);
}

/** When runs are over. */
export function sequenceDues(key: KeyState, spec: SequenceSpec): readonly number[] {
  const { withinMs } = spec;
  return withinMs === null ? [] : key.runs.map(({ first }) => first.ts + withinMs);
}

/** Rule 1 of §9: runs that wait only for the end of a trailing NOT fire, the rest vanish. */
export function sequenceDue(world: World, state: RuleState, key: KeyState, at: number, spec: SequenceSpec): void {
  const isOver = ({ first }: Run): boolean => first.ts + (spec.withinMs ?? Infinity) <= at;
  for (let run = key.runs.find(isOver); run !== undefined; run = key.runs.find(isOver)) {
    key.runs.splice(key.runs.indexOf(run), 1);
    if (waits(spec, run)) match(world, state, key, spec, [run], at);
    else world.watch.ended?.(state.rule, key.key, run, "over", at);
  }
}

export function waits(spec: SequenceSpec, run: Run): boolean {
  return endsWithNot(spec) && isComplete(spec, run);
}

function isMatch(spec: SequenceSpec, run: Run): boolean {
  return !endsWithNot(spec) && isComplete(spec, run);
}

/** Every run takes the event or not; gives those that it completed. */
function offerToAll(world: World, state: RuleState, key: KeyState, matching: Matching, event: Seen): Run[] {
  const completed: Run[] = [];
  const live: Run[] = [];
  for (const run of key.runs) {
    const outcome = offer(matching, run, event);
    if (outcome === "dies") world.watch.ended?.(state.rule, key.key, run, "died", event.ts);
    if (outcome === "dies") continue;
    const next = outcome === "stays" ? run : outcome.run;
    (isMatch(matching.spec, next) ? completed : live).push(next);
  }
  key.runs = live;
  return completed;
}

/** MATCH ALL: a run that takes the event also stays as it was, but for one that waited at THEN NEXT. */
function offerToCopies(world: World, state: RuleState, key: KeyState, matching: Matching, event: Seen): Run[] {
  const completed: Run[] = [];
  for (const run of key.runs.slice()) {
    const outcome = offer(matching, run, event);
    if (outcome === "stays") continue;
    if (outcome === "dies" || outcome.waitedForNext) key.runs.splice(key.runs.indexOf(run), 1);
    if (outcome === "dies") continue;
    const copy = { ...outcome.run, made: state.runsMade++ };
    if (isMatch(matching.spec, copy)) completed.push(copy);
    else keep(world, key, matching.spec, copy);
  }
  return completed;
}

/** A new run lives, within the limit on runs. */
function keep(world: World, key: KeyState, spec: SequenceSpec, run: Run): void {
  if (key.runs.length >= spec.limit) {
    world.counts.limited++;
    if (spec.mode === "all") return;
    key.runs.shift();
  }
  key.runs.push(run);
  key.runs.sort((a, b) => (a.first.order === b.first.order ? a.made - b.made : a.first.order - b.first.order));
}

/** Tries complete runs in turn; whether one was a match. */
function match(
  world: World,
  state: RuleState,
  key: KeyState,
  spec: SequenceSpec,
  completed: readonly Run[],
  at: number,
): boolean {
  let matched = false;
  const ends = (run: Run, how: RunFate): void => world.watch.ended?.(state.rule, key.key, run, how, at);
  for (const [i, run] of completed.entries()) {
    const scope = scopeOf(world, state, key, spec, run);
    const branch = state.rule.branches.find(({ when }: Branch) => when === null || holds(when, scope));
    ends(run, branch === undefined ? "untrue" : "matched");
    if (branch === undefined) continue;
    matched = true;
    fire(world, state, branch, scope, at);
    if (spec.mode === "each" || spec.mode === "all") continue;
    const lastBound = run.bound.at(-1)!.event.order;
    for (const other of completed.slice(i + 1)) ends(other, "dropped");
    for (const other of key.runs) if (other.first.order <= lastBound) ends(other, "dropped");
    key.runs = key.runs.filter(({ first }) => first.order > lastBound);
    break;
  }
  return matched;
}

/** In WHEN and EMIT a bare field is of the last event bound. */
function scopeOf(world: World, state: RuleState, key: KeyState, spec: SequenceSpec, run: Run): Scope {
  return {
    names: world.file,
    event: run.bound.at(-1)?.event ?? null,
    previous: null,
    key: key.key,
    keyed: state.rule.keyed,
    bound: boundOf(spec, run),
    aggregate: aggregateBound,
  };
}
