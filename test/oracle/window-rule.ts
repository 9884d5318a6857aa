import { close, evaluateBranches, finishFors, look } from "./episodes.ts";
import type { Branch, Rule } from "./rules.ts";
import type { Scope, Seen } from "./scope.ts";
import { endAfter, eventsIn, leavesAt, type Moment, scopeAt } from "./windows.ts";
import type { KeyState, RuleState, World } from "./world.ts";

const mostEmptyWindows = 10_000;

/** An event of the key. */
export function windowEvent(world: World, state: RuleState, key: KeyState, event: Seen): void {
  const { rule } = state;
  const at = event.ts;
  if (rule.window.kind === "clock") {
    key.events.push(event);
    key.nextEnd ??= endAfter(rule, at);
    key.empty = 0;
  } else if (rule.window.kind === "session") {
    key.sessionFrom ??= key.events.length;
    key.events.push(event);
  } else {
    look(world, rule, key, rule.branches, scopeOf(world, rule, key, { kind: "before", at }), at, at);
    key.events.push(event);
    evaluateBranches(world, state, key, scopeOf(world, rule, key, { kind: "event", at }), at);
  }
}

/** When ends of windows, closes of sessions and looks for RESOLVE are due. */
export function windowDues(rule: Rule, key: KeyState, now: number): readonly number[] {
  if (key.nextEnd !== null) return [key.nextEnd];
  const closes = sessionClose(rule, key);
  if (closes !== null) return [closes];
  return rule.branches.flatMap((branch) => looksAt(rule, key, branch)).filter((at) => at > now);
}

/** What `windowDues` said happens. */
export function windowDue(world: World, state: RuleState, key: KeyState, at: number): void {
  const { rule } = state;
  if (key.nextEnd === at) {
    endOfWindow(world, state, key, at);
  } else if (rule.window.kind === "session") {
    const moment: Moment = { kind: "session", at, from: key.sessionFrom ?? 0 };
    key.sessionFrom = null;
    evaluateBranches(world, state, key, scopeOf(world, rule, key, moment), at);
  } else {
    const branches = rule.branches.filter((branch) => looksAt(rule, key, branch).includes(at));
    look(world, rule, key, branches, scopeOf(world, rule, key, { kind: "before", at }), at, at - 1);
  }
}

/** Whether a window or session of the key is open: of a silent key only where it will be evaluated, or has an episode to close. */
export function hasOpenWindow(rule: Rule, key: KeyState): boolean {
  if (key.nextEnd === null) return key.sessionFrom !== null;
  const isAlwaysEvaluated = rule.keys.length === 0 || rule.expireMs !== null;
  const held = eventsIn(rule, key.events, { kind: "end", at: key.nextEnd });
  // An episode of EACH without RESOLVE ends without a word.
  const told = [...key.episodes.keys()].some((index) => !rule.branches[index]!.each || rule.branches[index]!.resolve);
  return isAlwaysEvaluated || told || held.length > 0;
}

/** The end of a FOR: the window is looked at anew; by the clock, as the last end left it. */
export function forDue(world: World, state: RuleState, key: KeyState, at: number): void {
  const { rule } = state;
  const { lastEnd } = key;
  const scope =
    rule.window.kind === "clock"
      ? scopeAt(world.file, rule, key.key, key.events.slice(0, lastEnd.count), { kind: "end", at: lastEnd.at })
      : scopeOf(world, rule, key, { kind: "now", at });
  finishFors(world, state, key, scope, at);
}

function scopeOf(world: World, rule: Rule, key: KeyState, moment: Moment): Scope {
  return scopeAt(world.file, rule, key.key, key.events, moment);
}

/** An end by the clock; which keys are evaluated then is in §6. */
function endOfWindow(world: World, state: RuleState, key: KeyState, at: number): void {
  const { rule } = state;
  const isKeyed = rule.keys.length > 0;
  key.nextEnd = endAfter(rule, at);
  if (eventsIn(rule, key.events, { kind: "end", at }).length === 0) {
    const age = at - (key.events.at(-1)?.ts ?? at);
    if (rule.expireMs !== null && age >= rule.expireMs) return;
    if (isKeyed && rule.expireMs === null) {
      key.nextEnd = null;
      for (const branch of rule.branches) close(world, key, branch, at);
      return;
    }
    if (!isKeyed && key.empty >= mostEmptyWindows) {
      world.counts.limited++;
      return;
    }
    key.empty++;
  }
  key.lastEnd = { at, count: key.events.length };
  evaluateBranches(world, state, key, scopeOf(world, rule, key, { kind: "end", at }), at);
}

/** When the open session closes; NULL where none is open. */
function sessionClose({ window }: Rule, key: KeyState): number | null {
  if (window.kind !== "session" || key.sessionFrom === null) return null;
  const start = key.events[key.sessionFrom]!.ts;
  return Math.min(key.events.at(-1)!.ts + window.gapMs, start + (window.maxMs ?? Infinity));
}

/** 1 ms after an event left the window, and 1 ms after the episode has been open for its length. */
function looksAt(rule: Rule, key: KeyState, branch: Branch): readonly number[] {
  const episode = key.episodes.get(branch.index);
  if (rule.window.kind !== "within" || !branch.resolve || episode === undefined) return [];
  return [...key.events.map((event) => leavesAt(rule, event) + 1), episode.openedAt + rule.window.lengthMs + 1];
}
