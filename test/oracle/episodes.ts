import { holds } from "./expressions.ts";
import type { Branch, Rule } from "./rules.ts";
import type { Scope } from "./scope.ts";
import { fire, type KeyState, resolve, type RuleState, type World } from "./world.ts";

/** One evaluation of all branches: episodes open and close, and the first branch that is to fire does. */
export function evaluateBranches(world: World, state: RuleState, key: KeyState, scope: Scope, at: number): void {
  let fired = false;
  world.watch.evaluated?.(state.rule, key.key, scope, at);
  for (const branch of state.rule.branches) {
    const isTrue = branch.when === null || holds(branch.when, scope);
    if (!isTrue) closeAt(world, state.rule, key, branch, at, at);
    if (!isTrue) continue;
    const opens = branch.aboutWindow && !key.episodes.has(branch.index);
    if (opens) {
      const dueAt = branch.forMs === null ? null : at + branch.forMs;
      key.episodes.set(branch.index, { openedAt: at, dueAt, fired: null });
    }
    const fires = !branch.aboutWindow || branch.each || (opens && branch.forMs === null);
    if (fires && !fired) {
      fireFor(world, state, key, branch, scope, at);
      fired = true;
    }
  }
}

/** A look at the window without an event: open episodes whose condition is not TRUE close. */
export function look(
  world: World,
  rule: Rule,
  key: KeyState,
  branches: readonly Branch[],
  scope: Scope,
  time: number,
  at: number,
): void {
  for (const branch of branches) {
    if (!key.episodes.has(branch.index) || branch.when === null) continue;
    if (!holds(branch.when, scope)) closeAt(world, rule, key, branch, time, at);
  }
}

/** The branches whose FOR is over at `at`: one evaluation. */
export function finishFors(world: World, state: RuleState, key: KeyState, scope: Scope, at: number): void {
  let fired = false;
  // By the clock it is the last end that is looked at again.
  if (state.rule.window.kind !== "clock") world.watch.evaluated?.(state.rule, key.key, scope, at);
  for (const branch of state.rule.branches) {
    const episode = key.episodes.get(branch.index);
    if (episode?.dueAt !== at) continue;
    if (branch.when === null || !holds(branch.when, scope)) {
      close(world, key, branch, at);
      continue;
    }
    episode.dueAt = null;
    if (!fired) fireFor(world, state, key, branch, scope, at);
    fired = true;
  }
}

/** Closes the episode of a branch, if it has one, whatever its age. */
export function close(world: World, key: KeyState, branch: Branch, at: number): void {
  const fired = key.episodes.get(branch.index)?.fired ?? null;
  key.episodes.delete(branch.index);
  if (branch.resolve && fired !== null) resolve(world, fired, at);
}

/** With WITHIN d an episode that does not wait for its FOR stays open for at least d. */
function closeAt(world: World, { window }: Rule, key: KeyState, branch: Branch, time: number, at: number): void {
  const episode = key.episodes.get(branch.index);
  if (episode === undefined) return;
  const stays = window.kind === "within" && episode.dueAt === null && time - episode.openedAt < window.lengthMs;
  if (!stays) close(world, key, branch, at);
}

function fireFor(world: World, state: RuleState, key: KeyState, branch: Branch, scope: Scope, at: number): void {
  const alert = fire(world, state, branch, scope, at);
  const episode = key.episodes.get(branch.index);
  if (alert !== null && episode !== undefined) episode.fired = alert;
}
