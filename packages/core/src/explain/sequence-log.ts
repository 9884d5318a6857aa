import type { Alert } from "../alert.ts";
import type { Branch } from "../engine/rule-output.ts";
import type { EvalContext } from "../evaluate.ts";
import type { RulePlan } from "../plan.ts";
import type { Row } from "../row.ts";
import type { BoundScope } from "../sequence/bound-scope.ts";
import type { Run } from "../sequence/run.ts";
import type { Steps } from "../sequence/step.ts";
import { type CompileExpr, ConditionProbe } from "./condition-probe.ts";
import { type FiredReading, keyText, namedKey, type RuleObserver } from "./rule-log.ts";
import { progressOf, type RunEnd, type RunTrace, traceOf } from "./run-trace.ts";
import { type FollowedKey, RunFollower } from "./run-follower.ts";
import { waitedFor } from "./step-text.ts";
import { TwoGenerations } from "./two-generations.ts";

/** Ended runs of a key that are remembered. */
const maxEnded = 16;
const maxNearMisses = 100;

/** What is known of a key. */
export interface KeyRunLog {
  readonly key: Readonly<Record<string, unknown>>;
  readonly ended: RunTrace[];
  /** Events that came, those that satisfied the first step, and those that did not though of its stream. */
  events: number;
  started: number;
  refused: number;
  /** Of these, by the parts of the first step's WHERE that AND joins. */
  readonly refusedBy: number[];
  fired: number;
  lastFired: number | null;
  suppressed: number;
  lastSuppressed: { readonly at: number; readonly until: number } | null;
  forgets: boolean;
}

interface LiveKey extends KeyRunLog, FollowedKey {}

export interface SequenceLogOptions {
  readonly steps: Steps;
  /** Of this log alone: `steps` and `compile` read their runs from it. */
  readonly scope: BoundScope;
  readonly compile: CompileExpr;
  /** As the rule itself compiles: for what its own runs were fired with. */
  readonly compileForRule: CompileExpr;
  readonly mode: "default" | "each" | "latest" | "all";
  readonly withinMs: number | null;
  readonly expireMs: number | null;
  readonly maxKeys: number;
  /** Whether a key is of interest. */
  readonly keeps: (key: Readonly<Record<string, unknown>>) => boolean;
  readonly onFired: (id: string, fired: FiredReading) => void;
}

/**
 * Follows the runs of a sequence a second time, one by one, to tell how far each came and what ended it. The rule itself keeps no more
 * of a run than it needs. One exists only where the engine was made with `explain`.
 *
 * State   per key the runs that are followed and 16 ended ones, for at most `maxKeys` keys.
 */
export class SequenceLog implements RuleObserver {
  readonly rule: RulePlan;
  readonly #context: EvalContext;
  readonly #options: SequenceLogOptions;
  readonly #follower: RunFollower<LiveKey>;
  readonly #ruleProbes: readonly (ConditionProbe | null)[];
  readonly #first: ConditionProbe | null;
  readonly #keys: TwoGenerations<LiveKey>;
  #archive: { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] = [];

  constructor(rule: RulePlan, context: EvalContext, options: SequenceLogOptions) {
    this.rule = rule;
    this.#context = context;
    this.#options = options;
    const probes = (compile: CompileExpr): (ConditionProbe | null)[] =>
      rule.branches.map(({ when }) => (when === null ? null : new ConditionProbe(when, rule, compile)));
    const { steps, scope, mode } = options;
    this.#follower = new RunFollower<LiveKey>(
      context,
      {
        steps,
        scope,
        probes: probes(options.compile),
        mode,
        withinMs: options.withinMs ?? Infinity,
        expireMs: options.expireMs ?? Infinity,
      },
      {
        began: (key) => key.started++,
        refused: (key, row) => this.#countRefused(key, row),
        ended: (key, run, end) => this.#end(key, run, end),
        leftAlone: (key) => {
          key.forgets = true;
        },
      },
    );
    this.#ruleProbes = probes(options.compileForRule);
    const first = rule.sequence?.steps[0];
    const where = first?.kind === "step" ? first.where : null;
    this.#first = where === null ? null : new ConditionProbe(where, rule, options.compile);
    this.#keys = new TwoGenerations(options.maxKeys, (keys) => this.#keepNearest(keys));
  }

  get forgets(): boolean {
    return this.#keys.hasDropped;
  }

  /** The parts of the first step's WHERE. */
  get firstParts(): readonly string[] {
    return this.#first?.joined ?? [];
  }

  fired(alert: Alert, branch: Branch): void {
    const probe = this.#ruleProbes[branch.index] ?? null;
    const condition = probe === null ? null : probe.show(probe.read(this.#context));
    this.#options.onFired(alert.id, { rule: this.rule.name, at: alert.at, branch: branch.index, condition });
    const key = this.#use();
    if (key === null) return;
    key.fired++;
    key.lastFired = alert.at;
  }

  suppressed(_branch: Branch, at: number, until: number): void {
    const key = this.#use();
    if (key === null) return;
    key.suppressed++;
    key.lastSuppressed = { at, until };
  }

  evaluated(): void {}

  event(): void {
    const key = this.#use();
    if (key === null) return;
    key.events++;
    this.#follower.event(key);
  }

  /** What is known of the keys with these values at a time, live runs included. */
  keysOf(
    fits: (key: KeyRunLog["key"]) => boolean,
    now: number,
  ): readonly (KeyRunLog & { readonly runs: readonly RunTrace[] })[] {
    return [...this.#keys.values()]
      .filter(({ key }) => fits(key))
      .map((key) => {
        this.#follower.passTime(key, now);
        return { ...key, runs: [...key.ended, ...key.runs.map((run) => this.#live(run))] };
      });
  }

  /** The runs that came furthest without a match, the furthest first. */
  nearMisses(limit: number, now: number): readonly { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] {
    const known = [...this.#keys.values()].flatMap((key) => {
      this.#follower.passTime(key, now);
      return nearOf(key);
    });
    return [...this.#archive, ...known].sort(byProgress).slice(0, Math.min(limit, maxNearMisses));
  }

  /** What is kept of the context's key; `null` where nothing is to be. */
  #use(): LiveKey | null {
    const { key } = this.#context;
    const text = keyText(key);
    if (this.#keys.peek(text) === undefined && !this.#options.keeps(namedKey(this.rule, key))) return null;
    return this.#keys.use(text, () => ({
      key: namedKey(this.rule, key),
      ended: [],
      events: 0,
      started: 0,
      refused: 0,
      refusedBy: this.firstParts.map(() => 0),
      fired: 0,
      lastFired: null,
      suppressed: 0,
      lastSuppressed: null,
      forgets: false,
      values: [...key],
      runs: [],
      lastTime: -Infinity,
    }));
  }

  /** The event satisfied no first step, though it may be of its stream. */
  #countRefused(key: LiveKey, { stream }: Row): void {
    if (this.#options.steps.steps[0]?.members.some((member) => member.streams.includes(stream)) !== true) return;
    key.refused++;
    this.#options.scope.run = null;
    for (const part of this.#first?.notTrue(this.#context) ?? []) key.refusedBy[part]!++;
  }

  #live(run: Run): RunTrace {
    const { withinMs } = this.#options;
    return this.#trace(run, { kind: "live", until: withinMs === null ? null : run.startedAt + withinMs });
  }

  #trace(run: Run, end: RunEnd): RunTrace {
    return traceOf(run, this.#options.steps, waitedFor(run, this.#options.steps, this.rule), end);
  }

  #end(key: LiveKey, run: Run, end: RunEnd): void {
    const { ended } = key;
    // Of what is remembered, what tells least makes room: often that is this run, and it need not be looked at.
    if (ended.length >= maxEnded) {
      key.forgets = true;
      let least = 0;
      for (let i = 1; i < ended.length; i++) if (worth(ended[i]!) < worth(ended[least]!)) least = i;
      if (worth({ end, progress: progressOf(run, this.#options.steps) }) < worth(ended[least]!)) return;
      ended.splice(least, 1);
    }
    ended.push(this.#trace(run, end));
  }

  #keepNearest(keys: Iterable<LiveKey>): void {
    this.#archive = [...this.#archive, ...[...keys].flatMap(nearOf)].sort(byProgress).slice(0, maxNearMisses);
  }
}

/** Runs that matched, or went with a match, say nothing of what was missing. */
function worth({ end, progress }: Pick<RunTrace, "end" | "progress">): number {
  return end.kind === "matched" || end.kind === "dropped" ? -1 : progress;
}

/** Of runs that lived at the same time the one that came furthest: they are one near miss. */
function nearOf({ key, ended }: KeyRunLog): readonly { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] {
  const near: { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] = [];
  const candidates = ended.filter((run) => worth(run) >= 0).map((run) => ({ key, run }));
  for (const candidate of candidates.sort(byProgress)) {
    if (!near.some(({ run }) => liveTogether(run, candidate.run))) near.push(candidate);
  }
  return near;
}

function liveTogether(a: RunTrace, b: RunTrace): boolean {
  return a.startedAt <= endOf(b) && b.startedAt <= endOf(a);
}

function endOf({ end }: RunTrace): number {
  return "at" in end ? end.at : Infinity;
}

function byProgress(a: { readonly run: RunTrace }, b: { readonly run: RunTrace }): number {
  const [left, right] = [a.run, b.run];
  return left.progress === right.progress ? left.startedAt - right.startedAt : right.progress - left.progress;
}
