import { evaluate, holds } from "./expressions.ts";
import type { Accepted } from "./intake.ts";
import { readDerived } from "./intake.ts";
import type { Scope, Seen } from "./scope.ts";
import { sequenceDue, sequenceDues, sequenceEvent, waits } from "./sequence-rule.ts";
import { canBeKey, compareKeys, identity, type Value } from "./values.ts";
import { forDue, hasOpenWindow, windowDue, windowDues, windowEvent } from "./window-rule.ts";
import type { KeyState, RuleState, World } from "./world.ts";

/** What is due at one instant, in this order: ends, sessions, deadlines and looks; then FOR; then EXPIRE. */
const phases = ["ends", "for", "expire"] as const;
type Phase = (typeof phases)[number];

/** Everything due at or before `time` happens. */
export function advanceTo(world: World, time: number): void {
  for (let at = nextDue(world); at <= time; at = nextDue(world)) {
    for (const state of world.rules) for (const phase of phases) runPhase(world, state, phase, at);
    world.now = at;
    processDerived(world);
  }
  world.now = Math.max(world.now, time);
}

/** Processes an event, and what is derived from it. What is due by then has happened. */
export function processEvent(world: World, event: Accepted): void {
  processOne(world, event);
  processDerived(world);
}

/** How many things are due later: open windows and sessions, absences, FORs. */
export function countPending(world: World): number {
  let pending = 0;
  for (const { rule, keys } of world.rules) {
    for (const key of keys.values()) {
      if (hasOpenWindow(rule, key)) pending++;
      pending += [...key.episodes.values()].filter(({ dueAt }) => dueAt !== null).length;
      pending += key.runs.filter((run) => rule.sequence !== null && waits(rule.sequence, run)).length;
    }
  }
  return pending;
}

function nextDue(world: World): number {
  let next = Infinity;
  for (const state of world.rules) {
    for (const key of state.keys.values()) {
      for (const phase of phases) for (const at of dues(world, state, key, phase)) next = Math.min(next, at);
    }
  }
  return next;
}

function dues(world: World, { rule }: RuleState, key: KeyState, phase: Phase): readonly number[] {
  if (phase === "ends") {
    return rule.sequence === null ? windowDues(rule, key, world.now) : sequenceDues(key, rule.sequence);
  }
  if (phase === "for") return [...key.episodes.values()].flatMap(({ dueAt }) => dueAt ?? []);
  return rule.expireMs === null ? [] : [key.events.at(-1)!.ts + rule.expireMs];
}

function runPhase(world: World, state: RuleState, phase: Phase, at: number): void {
  const inOrder = [...state.keys].sort(([, a], [, b]) => compareKeys(a.key, b.key));
  for (const [id, key] of inOrder) {
    if (!dues(world, state, key, phase).includes(at)) continue;
    if (phase === "expire") {
      for (const run of key.runs) world.watch.ended?.(state.rule, key.key, run, "expired", at);
      state.keys.delete(id);
    } else if (phase === "for") forDue(world, state, key, at);
    else if (state.rule.sequence !== null) sequenceDue(world, state, key, at, state.rule.sequence);
    else windowDue(world, state, key, at);
  }
}

/** Derived events, in the order of the alerts; those that they give rise to come behind. */
function processDerived(world: World): void {
  for (let next = world.derived.shift(); next !== undefined; next = world.derived.shift()) {
    processOne(
      world,
      readDerived(world.file, next.stream, next.event, next.ts, () => world.counts.typeMismatch++),
    );
  }
}

function processOne(world: World, event: Accepted): void {
  const seen: Seen = { ...event, order: world.processed++ };
  for (const state of world.rules) offerToRule(world, state, seen);
}

function offerToRule(world: World, state: RuleState, event: Seen): void {
  const { rule } = state;
  const reads = rule.streams === null ? !world.derivedStreams.has(event.stream) : rule.streams.has(event.stream);
  if (!reads) return;
  const scope: Scope = { names: world.file, event, previous: null, key: [], keyed: new Map() };
  if (rule.where !== null && !holds(rule.where, scope)) return;
  const by = rule.sequence === null ? rule.keys.map(({ expr }) => expr) : (rule.sequence.keys.get(event.stream) ?? []);
  const key = by.map((expr) => evaluate(expr, scope));
  if (!key.every(canBeKey)) {
    world.counts.missingKey++;
    return;
  }
  const keyState = keyOf(state, key);
  if (rule.sequence === null) windowEvent(world, state, keyState, event);
  else sequenceEvent(world, state, keyState, event, rule.sequence);
}

function keyOf(state: RuleState, key: readonly Value[]): KeyState {
  const id = identity(key);
  const known = state.keys.get(id);
  if (known !== undefined) return known;
  const made: KeyState = {
    key,
    events: [],
    episodes: new Map(),
    nextEnd: null,
    empty: 0,
    lastEnd: { at: -Infinity, count: 0 },
    sessionFrom: null,
    runs: [],
  };
  state.keys.set(id, made);
  return made;
}
