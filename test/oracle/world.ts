import type { File } from "./names.ts";
import type { Branch, Rule } from "./rules.ts";
import type { Run } from "./runs.ts";
import type { Scope, Seen } from "./scope.ts";
import { evaluate } from "./expressions.ts";
import { formatForMessage } from "./message.ts";
import { identity, toJson, type Value } from "./values.ts";

export interface OracleAlert {
  readonly at: number;
  readonly rule: string;
  readonly severity: string;
  readonly status: "firing" | "resolved";
  readonly key: Readonly<Record<string, unknown>>;
  readonly message: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Counts {
  events: number;
  late: number;
  bad: number;
  missingKey: number;
  typeMismatch: number;
  limited: number;
  suppressed: number;
  pending: number;
}

/** An open episode of one branch for one key. */
export interface Episode {
  readonly openedAt: number;
  /** When its FOR is over; NULL when it has none, or no longer waits. */
  dueAt: number | null;
  /** The last alert it fired. */
  fired: OracleAlert | null;
}

/** All that is known of a key of a rule. */
export interface KeyState {
  readonly key: readonly Value[];
  /** All its events, in the order of processing. */
  readonly events: Seen[];
  /** Open episodes by the index of the branch. */
  readonly episodes: Map<number, Episode>;
  /** The end at which the clock evaluates it next. */
  nextEnd: number | null;
  /** Empty windows in a row. */
  empty: number;
  /** The last end, and how many events there were then. */
  lastEnd: { readonly at: number; readonly count: number };
  /** How many events came before the open session; NULL where none is open. */
  sessionFrom: number | null;
  /** Live runs, oldest first. */
  runs: Run[];
}

export interface RuleState {
  readonly rule: Rule;
  readonly keys: Map<string, KeyState>;
  /** What fired last, by key or by the value of PER. */
  readonly cooldowns: Map<string, { readonly at: number; readonly branch: number }>;
  /** How many runs were made. */
  runsMade: number;
}

export interface DerivedEvent {
  readonly stream: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly ts: number;
}

/** What becomes of a run: `died` by a NOT or at a THEN NEXT, `over` with its WITHIN, `untrue` by its WHEN, `dropped` with a match. */
export type RunFate = "matched" | "untrue" | "died" | "over" | "dropped" | "expired";

/** Is told what happens, for tests of what an engine says about itself. */
export interface Watch {
  /** The branches of a rule are evaluated for a key. */
  evaluated?(rule: Rule, key: readonly Value[], scope: Scope, at: number): void;
  fired?(alert: OracleAlert, branch: Branch, scope: Scope): void;
  /** A run of a sequence is no more. */
  ended?(rule: Rule, key: readonly Value[], run: Run, how: RunFate, at: number): void;
}

/** The whole state of an evaluation. */
export interface World {
  readonly file: File;
  readonly rules: readonly RuleState[];
  readonly derivedStreams: ReadonlySet<string>;
  readonly alerts: OracleAlert[];
  readonly counts: Counts;
  readonly watch: Watch;
  /** Derived events that were not processed yet. */
  readonly derived: DerivedEvent[];
  /** The last instant at which all that was due happened. */
  now: number;
  processed: number;
}

/** Fires a branch; NULL where the cooldown suppresses it. */
export function fire(world: World, state: RuleState, branch: Branch, scope: Scope, at: number): OracleAlert | null {
  const { rule } = state;
  if (rule.cooldown !== null) {
    const per = rule.cooldown.per === null ? identity(scope.key) : identity(evaluate(rule.cooldown.per, scope));
    const last = state.cooldowns.get(per);
    if (last !== undefined && at - last.at < rule.cooldown.ms && branch.index >= last.branch) {
      world.counts.suppressed++;
      return null;
    }
    state.cooldowns.set(per, { at, branch: branch.index });
  }
  const text = (part: string | Parameters<typeof evaluate>[0]): string =>
    typeof part === "string" ? part : formatForMessage(evaluate(part, scope));
  const alert: OracleAlert = {
    at,
    rule: rule.name,
    severity: branch.severity,
    status: "firing",
    key: Object.fromEntries(rule.keys.map(({ name }, i) => [name, toJson(scope.key[i] ?? null)])),
    message: branch.message === null ? null : branch.message.map(text).join(""),
    data: Object.fromEntries(branch.data.map(({ name, value }) => [name, toJson(evaluate(value, scope))])),
  };
  world.alerts.push(alert);
  world.watch.fired?.(alert, branch, scope);
  if (branch.into !== null) {
    world.derived.push({ stream: branch.into, event: { ...alert.key, ...alert.data, ts: at }, ts: at });
  }
  return alert;
}

/** Says that the episode which fired an alert is over. */
export function resolve(world: World, alert: OracleAlert, at: number): void {
  world.alerts.push({ ...alert, status: "resolved", at });
}
