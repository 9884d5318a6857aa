import type { Alert } from "../alert.ts";
import type { Branch } from "../engine/rule-output.ts";
import type { EvalContext } from "../evaluate.ts";
import type { RulePlan } from "../plan.ts";
import type { Value } from "../value.ts";
import { type Json, toJson } from "../values/to-json.ts";
import { setOwn } from "../values/own-property.ts";
import { type CompileExpr, ConditionProbe, type Reading } from "./condition-probe.ts";
import { type EvaluationOutcome, KeyTrail, type Step, type Stretch, type TrailLimits } from "./key-trail.ts";
import { TwoGenerations } from "./two-generations.ts";

/** Is told what a rule does, while it does it. */
export interface RuleObserver {
  /** An alert of the branch goes out; the context is that of its evaluation, unless it was `prepared` at an earlier one. */
  fired(alert: Alert, branch: Branch, prepared: boolean): void;
  /** A COOLDOWN holds an alert of the branch back, until a time. */
  suppressed(branch: Branch, at: number, until: number, prepared: boolean): void;
  /**
   * The branches were evaluated at `at`, the context being still as it was then. `openedAt` says since when an episode of a branch is
   * open now (`Infinity`: none is).
   */
  evaluated(at: number, branches: readonly Branch[], openedAt: (branch: Branch) => number): void;
  /** A sequence takes in the context's event for its key. */
  event(): void;
}

/** What an alert was fired with. */
export interface FiredReading {
  readonly rule: string;
  readonly at: number;
  readonly branch: number;
  readonly condition: ReturnType<ConditionProbe["show"]> | null;
}

/** A stretch of evaluations that came near and did not hold. */
export interface NearStretch {
  readonly key: Readonly<Record<string, unknown>>;
  readonly stretch: Stretch;
}

const maxNearMisses = 100;

/** The name of a key in logs: what its values are as JSON. */
export function keyText(key: readonly Value[]): string {
  return JSON.stringify(key.map((part) => toJson(part)));
}

/**
 * What the evaluations of a rule came to, key by key, for `engine.whyNot`. One exists only where the engine was made with `explain`.
 *
 * State   a trail per key for at most `maxKeys` keys, those in use last; of the others the 100 nearest misses.
 */
export class RuleLog implements RuleObserver {
  readonly rule: RulePlan;
  readonly probes: readonly (ConditionProbe | null)[];
  readonly #context: EvalContext;
  readonly #trails: TwoGenerations<KeyTrail>;
  readonly #limits: TrailLimits;
  #archive: NearStretch[] = [];
  readonly #keeps: (key: Readonly<Record<string, unknown>>) => boolean;
  readonly #onFired: (id: string, fired: FiredReading) => void;
  /** Whether alerts may go out later than they are evaluated: what they are fired with has to be kept of every key. */
  readonly #prepares: boolean;
  /** What the evaluation at hand led to so far. */
  #fired: number | null = null;
  #suppressed: { readonly branch: number; readonly until: number } | null = null;

  constructor(
    rule: RulePlan,
    compile: CompileExpr,
    context: EvalContext,
    options: TrailLimits & {
      readonly maxKeys: number;
      /** Whether a key is of interest. */
      readonly keeps: (key: Readonly<Record<string, unknown>>) => boolean;
      readonly onFired: (id: string, fired: FiredReading) => void;
    },
  ) {
    this.rule = rule;
    this.probes = rule.branches.map(({ when }) => (when === null ? null : new ConditionProbe(when, rule, compile)));
    this.#context = context;
    this.#limits = options;
    this.#keeps = options.keeps;
    const byClock = rule.window?.kind === "tumbling" || rule.window?.kind === "hopping";
    this.#prepares = byClock && rule.branches.some((branch) => branch.for !== null);
    this.#onFired = options.onFired;
    this.#trails = new TwoGenerations(options.maxKeys, (trails) => this.#keepNearest(trails));
  }

  /** Whether keys were dropped. */
  get forgets(): boolean {
    return this.#trails.hasDropped;
  }

  fired(alert: Alert, branch: Branch, prepared: boolean): void {
    this.#fired = branch.index;
    const probe = this.probes[branch.index] ?? null;
    // What was evaluated at an earlier time cannot be read any more now.
    const before = prepared ? (this.#trails.peek(keyText(this.#context.key))?.newest[branch.index] ?? null) : null;
    const reading = prepared ? before : (probe?.read(this.#context) ?? null);
    const condition = probe === null || reading === null ? null : probe.show(reading);
    this.#onFired(alert.id, { rule: this.rule.name, at: alert.at, branch: branch.index, condition });
    if (prepared) this.#recordPrepared(alert.at, branch, reading, "fired", null);
  }

  suppressed(branch: Branch, at: number, until: number, prepared: boolean): void {
    this.#suppressed = { branch: branch.index, until };
    if (prepared) this.#recordPrepared(at, branch, null, "suppressed", until);
  }

  event(): void {}

  evaluated(at: number, branches: readonly Branch[], openedAt: (branch: Branch) => number): void {
    if (!this.#prepares && !this.#records()) {
      this.#fired = null;
      this.#suppressed = null;
      return;
    }
    let closest: Step | null = null;
    const readings: (Reading | null)[] = [];
    for (const branch of branches) {
      const reading = this.probes[branch.index]?.read(this.#context) ?? null;
      readings.push(reading);
      const closeness = reading?.closeness ?? 1;
      const { outcome, bound } = this.#outcome(branch, closeness === 1, at, openedAt);
      // Of several that held, the one that was to fire.
      const toFire = outcome === "fired" || outcome === "suppressed";
      if (closest !== null && closest.closeness >= closeness && !toFire) continue;
      closest = { at, branch: branch.index, reading, closeness, outcome, bound };
    }
    this.#fired = null;
    this.#suppressed = null;
    if (closest !== null) this.#record(closest, readings);
  }

  /** The trails of the keys that have these values. */
  trailsOf(fits: (key: Readonly<Record<string, unknown>>) => boolean): readonly KeyTrail[] {
    return [...this.#trails.values()].filter(({ key }) => fits(key));
  }

  /** The nearest misses, the nearest first. */
  nearMisses(limit: number): readonly NearStretch[] {
    const near = [...this.#archive, ...[...this.#trails.values()].flatMap(nearOf)];
    return near.sort(byNearness).slice(0, Math.min(limit, maxNearMisses));
  }

  #outcome(
    branch: Branch,
    isTrue: boolean,
    at: number,
    openedAt: (branch: Branch) => number,
  ): { readonly outcome: EvaluationOutcome; readonly bound: number | null } {
    if (!isTrue) return { outcome: "not-true", bound: null };
    if (this.#fired === branch.index) return { outcome: "fired", bound: null };
    if (this.#suppressed?.branch === branch.index) return { outcome: "suppressed", bound: this.#suppressed.until };
    const since = openedAt(branch);
    if (since === Infinity) return { outcome: "unmatched", bound: null };
    // An episode whose FOR is over has fired.
    if (branch.forMs !== null && since + branch.forMs > at) return { outcome: "waiting", bound: since + branch.forMs };
    return { outcome: "open", bound: since };
  }

  /** Whether the context's key is of interest. */
  #records(): boolean {
    const { key } = this.#context;
    return this.#trails.peek(keyText(key)) !== undefined || this.#keeps(namedKey(this.rule, key));
  }

  #record(step: Step, readings?: readonly (Reading | null)[]): void {
    const { key } = this.#context;
    const trail = this.#trails.use(keyText(key), () => new KeyTrail(namedKey(this.rule, key), this.#limits));
    trail.add(step);
    if (readings !== undefined) trail.newest = readings;
  }

  /** At the end of a FOR, what was evaluated at an earlier time goes out now. */
  #recordPrepared(
    at: number,
    branch: Branch,
    reading: Reading | null,
    outcome: EvaluationOutcome,
    bound: number | null,
  ): void {
    this.#fired = null;
    this.#suppressed = null;
    this.#record({ at, branch: branch.index, reading, closeness: 1, outcome, bound });
  }

  #keepNearest(trails: Iterable<KeyTrail>): void {
    this.#archive = [...this.#archive, ...[...trails].flatMap(nearOf)].sort(byNearness).slice(0, maxNearMisses);
  }
}

/** A key as alerts show it. */
export function namedKey(rule: RulePlan, key: readonly Value[]): Readonly<Record<string, Json>> {
  const object: Record<string, Json> = {};
  for (const [i, { name }] of rule.key.entries()) setOwn<Json>(object, name, toJson(key[i] ?? null));
  return object;
}

function nearOf({ key, stretches }: KeyTrail): readonly NearStretch[] {
  return stretches.flatMap((stretch) => (stretch.held || stretch.besideHeld ? [] : [{ key, stretch }]));
}

function byNearness(a: NearStretch, b: NearStretch): number {
  const [left, right] = [a.stretch.closest, b.stretch.closest];
  return left.closeness === right.closeness ? left.at - right.at : right.closeness - left.closeness;
}
