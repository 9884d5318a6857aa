import type { Alert } from "../alert.ts";
import type { Branch } from "../engine/rule-output.ts";
import type { EvalContext } from "../evaluate.ts";
import type { RulePlan } from "../plan.ts";
import type { Row } from "../row.ts";
import { type Accepts, entry, isComplete, outcome, type Place, take } from "../sequence/advance.ts";
import type { BoundScope } from "../sequence/bound-scope.ts";
import { Run } from "../sequence/run.ts";
import type { Member, Steps } from "../sequence/step.ts";
import { type CompileExpr, ConditionProbe } from "./condition-probe.ts";
import { type FiredReading, keyText, namedKey, type RuleObserver } from "./rule-log.ts";
import { progressOf, type RunEnd, type RunTrace, traceOf } from "./run-trace.ts";
import { waitedFor } from "./step-text.ts";
import { TwoGenerations } from "./two-generations.ts";

/** Runs of a key that are followed, and ended ones that are remembered. */
const maxRuns = 100;
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

interface LiveKey extends KeyRunLog {
  runs: Run[];
  lastTime: number;
}

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
 * State   per key at most 100 runs and 16 ended ones, for at most `maxKeys` keys.
 */
export class SequenceLog implements RuleObserver {
  readonly rule: RulePlan;
  readonly #context: EvalContext;
  readonly #options: SequenceLogOptions;
  readonly #withinMs: number;
  readonly #expireMs: number;
  readonly #probes: readonly (ConditionProbe | null)[];
  readonly #ruleProbes: readonly (ConditionProbe | null)[];
  readonly #first: ConditionProbe | null;
  readonly #accepts: Accepts;
  readonly #keys: TwoGenerations<LiveKey>;
  #archive: { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] = [];
  #position = 0;

  constructor(rule: RulePlan, context: EvalContext, options: SequenceLogOptions) {
    this.rule = rule;
    this.#context = context;
    this.#options = options;
    this.#withinMs = options.withinMs ?? Infinity;
    this.#expireMs = options.expireMs ?? Infinity;
    const probes = (compile: CompileExpr): (ConditionProbe | null)[] =>
      rule.branches.map(({ when }) => (when === null ? null : new ConditionProbe(when, rule, compile)));
    this.#probes = probes(options.compile);
    this.#ruleProbes = probes(options.compileForRule);
    const first = rule.sequence?.steps[0];
    const where = first?.kind === "step" ? first.where : null;
    this.#first = where === null ? null : new ConditionProbe(where, rule, options.compile);
    this.#accepts = (member, run) => this.#satisfies(member, run);
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
    const row = this.#context.row!;
    const key = this.#use();
    if (key === null) return;
    const position = ++this.#position;
    this.#passTime(key, row.time);
    key.events++;
    key.lastTime = row.time;
    const { live, complete } = this.#advance(key, row, position);
    const matched = this.#settle(key, complete, row.time);
    const { mode } = this.#options;
    const overlaps = mode === "each" || mode === "all";
    key.runs = matched === null || overlaps ? live : this.#drop(key, live, matched.lastBound, row.time);
    if (matched === null || overlaps) this.#startAlso(key, row, position);
  }

  /** What is known of the keys with these values at a time, live runs included. */
  keysOf(
    fits: (key: KeyRunLog["key"]) => boolean,
    now: number,
  ): readonly (KeyRunLog & { readonly runs: readonly RunTrace[] })[] {
    return [...this.#keys.values()]
      .filter(({ key }) => fits(key))
      .map((key) => {
        this.#passTime(key, now);
        return { ...key, runs: [...key.ended, ...key.runs.map((run) => this.#live(run))] };
      });
  }

  /** The runs that came furthest without a match, the furthest first. */
  nearMisses(limit: number, now: number): readonly { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] {
    const known = [...this.#keys.values()].flatMap((key) => {
      this.#passTime(key, now);
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
      runs: [],
      lastTime: -Infinity,
    }));
  }

  /** What was due by then happens: ends of WITHIN, and the key's expiry. */
  #passTime(key: LiveKey, time: number): void {
    const expiresAt = key.lastTime + this.#expireMs;
    let live = [...key.runs];
    for (const run of key.runs) {
      const due = run.startedAt + this.#withinMs;
      if (due > time || due > expiresAt || !live.includes(run)) continue;
      live = live.filter((other) => other !== run);
      if (!this.#options.steps.absence || !isComplete(this.#options.steps, run)) {
        this.#end(key, run, { kind: "over", at: due });
      } else if (this.#isMatch(key, run, due)) {
        const { mode } = this.#options;
        if (mode !== "each" && mode !== "all") live = this.#drop(key, live, run.lastBound, due);
      }
    }
    if (expiresAt <= time) {
      for (const run of live) this.#end(key, run, { kind: "expired", at: expiresAt });
      live = [];
    }
    key.runs = live;
  }

  #advance(key: LiveKey, row: Row, position: number): { live: Run[]; complete: Run[] } {
    const { steps, mode } = this.#options;
    const live: Run[] = [];
    const complete: Run[] = [];
    for (const run of key.runs) {
      const what = outcome(steps, run, this.#accepts);
      if (what === "stays") {
        live.push(run);
        continue;
      }
      if (what === "dies") {
        this.#end(key, run, this.#cause(run, row));
        continue;
      }
      let advanced = run;
      if (mode === "all" && !this.#waitsForNext(run) && live.length < maxRuns) {
        live.push(run);
        advanced = run.clone();
      }
      take(steps, advanced, what, row, position);
      if (!steps.absence && isComplete(steps, advanced)) complete.push(advanced);
      else live.push(advanced);
    }
    return { live, complete };
  }

  #settle(key: LiveKey, complete: readonly Run[], at: number): Run | null {
    const { mode } = this.#options;
    let matched: Run | null = null;
    for (const run of mode === "latest" ? complete.toReversed() : complete) {
      if (matched !== null && (mode === "default" || mode === "latest")) this.#end(key, run, { kind: "dropped", at });
      else if (this.#isMatch(key, run, at)) matched = run;
    }
    return matched;
  }

  /** Whether the WHEN of a completed run is TRUE; it ends either way. */
  #isMatch(key: LiveKey, run: Run, at: number): boolean {
    const context = this.#context;
    const before = context.row;
    this.#options.scope.run = run;
    context.row = run.last();
    const readings = this.#probes.map((probe) => (probe === null ? null : probe.read(context)));
    context.row = before;
    const isMatch = readings.some((reading) => reading === null || reading.closeness === 1);
    if (isMatch) {
      this.#end(key, run, { kind: "matched", at });
      return true;
    }
    const closest = Math.max(...readings.map((reading) => reading?.closeness ?? 1));
    const i = readings.findIndex((reading) => reading?.closeness === closest);
    const condition = this.#probes[i]?.show(readings[i]!) ?? null;
    this.#end(key, run, { kind: "not-true", at, condition });
    return false;
  }

  /** The runs that go on after a match: those that began later than all that it bound. */
  #drop(key: LiveKey, runs: readonly Run[], lastBound: number, at: number): Run[] {
    return runs.filter((run) => {
      if (run.began > lastBound) return true;
      this.#end(key, run, { kind: "dropped", at });
      return false;
    });
  }

  #startAlso(key: LiveKey, row: Row, position: number): void {
    const { steps, mode } = this.#options;
    const place: Place | null = entry(steps.steps, 0, null, this.#accepts);
    if (place === null) {
      this.#countRefused(key, row);
      return;
    }
    key.started++;
    const run = new Run(row.time, position, place.step);
    take(steps, run, place, row, position);
    if (!steps.absence && isComplete(steps, run)) {
      if (this.#isMatch(key, run, row.time) && mode !== "each" && mode !== "all") {
        key.runs = this.#drop(key, key.runs, run.lastBound, row.time);
      }
      return;
    }
    if (key.runs.length >= maxRuns) this.#end(key, key.runs.shift()!, { kind: "limited", at: row.time });
    key.runs.push(run);
  }

  #countRefused(key: LiveKey, { stream }: Row): void {
    if (this.#options.steps.steps[0]?.members.some((member) => member.streams.includes(stream)) !== true) return;
    key.refused++;
    this.#options.scope.run = null;
    for (const part of this.#first?.notTrue(this.#context) ?? []) key.refusedBy[part]!++;
  }

  #satisfies(member: Member, run: Run | null): boolean {
    const context = this.#context;
    if (!member.streams.includes(context.row!.stream)) return false;
    this.#options.scope.run = run;
    return member.where === null || member.where(context) === true;
  }

  #cause(run: Run, { time: at, raw: event }: Row): RunEnd {
    const { guards } = this.#options.steps.steps[run.step]!;
    const guard = guards.find((member) => this.#satisfies(member, run));
    return guard === undefined
      ? { kind: "interrupted", at, event }
      : { kind: "forbidden", at, step: guard.alias, event };
  }

  #waitsForNext(run: Run): boolean {
    const { steps } = this.#options.steps;
    return run.taken >= steps[run.step]!.min && steps[run.step + 1]?.next === true;
  }

  #live(run: Run): RunTrace {
    const until = this.#withinMs === Infinity ? null : run.startedAt + this.#withinMs;
    return this.#trace(run, { kind: "live", until });
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

function nearOf({ key, ended }: KeyRunLog): readonly { readonly key: KeyRunLog["key"]; readonly run: RunTrace }[] {
  return ended.filter((run) => worth(run) >= 0).map((run) => ({ key, run }));
}

function byProgress(a: { readonly run: RunTrace }, b: { readonly run: RunTrace }): number {
  const [left, right] = [a.run, b.run];
  return left.progress === right.progress ? left.startedAt - right.startedAt : right.progress - left.progress;
}
