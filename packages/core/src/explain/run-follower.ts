import type { EvalContext } from "../evaluate.ts";
import type { Row } from "../row.ts";
import { type Accepts, entry, isComplete, outcome, take } from "../sequence/advance.ts";
import type { BoundScope } from "../sequence/bound-scope.ts";
import { Run } from "../sequence/run.ts";
import type { Member, Steps } from "../sequence/step.ts";
import type { Value } from "../value.ts";
import type { ConditionProbe } from "./condition-probe.ts";
import type { RunEnd } from "./run-trace.ts";

/** Runs of a key that are followed: the oldest, which came furthest as a rule, and the newest. */
const maxRuns = 64;
/** A run that binds more at one step is followed no longer. */
const maxTaken = 1000;

/** The runs of a key, oldest first. */
export interface FollowedKey {
  readonly values: readonly Value[];
  runs: Run[];
  /** Time of its newest event. */
  lastTime: number;
}

export interface FollowOptions {
  readonly steps: Steps;
  /** Of the follower alone: the WHEREs of `steps` and `probes` read the run at hand from it. */
  readonly scope: BoundScope;
  /** Of each branch; `null`: it has no WHEN. */
  readonly probes: readonly (ConditionProbe | null)[];
  readonly mode: "default" | "each" | "latest" | "all";
  /** `Infinity` where there is none. */
  readonly withinMs: number;
  readonly expireMs: number;
}

/** Is told what becomes of the runs. */
export interface FollowListener<Key> {
  began(key: Key): void;
  /** The event satisfied no first step. */
  refused(key: Key, row: Row): void;
  ended(key: Key, run: Run, end: RunEnd): void;
  /** A run is followed no longer: there are too many, or it has bound too much. */
  leftAlone(key: Key): void;
}

/**
 * Follows the runs of a sequence one by one, as §9 of the language tells it, to say what became of each.
 *
 * Time    ends of WITHIN and expiries happen when the key's next event comes, or it is asked for: nothing else of the key comes between.
 * State   at most 64 runs of a key, each with at most 1,000 events a step, or as many as the step must have.
 */
export class RunFollower<Key extends FollowedKey> {
  readonly #context: EvalContext;
  readonly #options: FollowOptions;
  readonly #listener: FollowListener<Key>;
  readonly #accepts: Accepts;
  readonly #overlaps: boolean;
  #position = 0;

  constructor(context: EvalContext, options: FollowOptions, listener: FollowListener<Key>) {
    this.#context = context;
    this.#options = options;
    this.#listener = listener;
    this.#accepts = (member, run) => this.#satisfies(member, run);
    this.#overlaps = options.mode === "each" || options.mode === "all";
  }

  /** The context's event is one of the key. */
  event(key: Key): void {
    const row = this.#context.row!;
    const position = ++this.#position;
    this.passTime(key, row.time);
    key.lastTime = row.time;
    const { live, complete } = this.#advance(key, row, position);
    const matched = this.#settle(key, complete, row.time);
    key.runs = matched === null || this.#overlaps ? live : this.#drop(key, live, matched.lastBound, row.time);
    if (matched === null || this.#overlaps) this.#begin(key, row, position);
  }

  /** What was due by then happens: ends of WITHIN, and the key's expiry. */
  passTime(key: Key, time: number): void {
    const { steps, withinMs, expireMs } = this.#options;
    const expiresAt = key.lastTime + expireMs;
    let live = [...key.runs];
    for (const run of key.runs) {
      const due = run.startedAt + withinMs;
      if (due > time || due > expiresAt || !live.includes(run)) continue;
      live = live.filter((other) => other !== run);
      if (!steps.absence || !isComplete(steps, run)) this.#listener.ended(key, run, { kind: "over", at: due });
      else if (this.#isMatch(key, run, due) && !this.#overlaps) live = this.#drop(key, live, run.lastBound, due);
    }
    if (expiresAt <= time) {
      for (const run of live) this.#listener.ended(key, run, { kind: "expired", at: expiresAt });
      live = [];
    }
    key.runs = live;
  }

  #advance(key: Key, row: Row, position: number): { live: Run[]; complete: Run[] } {
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
        this.#listener.ended(key, run, this.#cause(run, row));
        continue;
      }
      let advanced = run;
      if (mode === "all" && !this.#waitsForNext(run) && live.length < maxRuns) {
        live.push(run);
        advanced = run.clone();
      }
      take(steps, advanced, what, row, position);
      if (!steps.absence && isComplete(steps, advanced)) complete.push(advanced);
      else if (advanced.taken <= Math.max(maxTaken, steps.steps[advanced.step]!.min)) live.push(advanced);
      else this.#listener.leftAlone(key);
    }
    return { live, complete };
  }

  #settle(key: Key, complete: readonly Run[], at: number): Run | null {
    let matched: Run | null = null;
    for (const run of this.#options.mode === "latest" ? complete.toReversed() : complete) {
      if (matched !== null && !this.#overlaps) this.#listener.ended(key, run, { kind: "dropped", at });
      else if (this.#isMatch(key, run, at)) matched = run;
    }
    return matched;
  }

  /** Whether the WHEN of a completed run is TRUE; it ends either way. */
  #isMatch(key: Key, run: Run, at: number): boolean {
    this.#options.scope.run = run;
    // Not the engine's context: the key may be another one than that of the event at hand.
    const context: EvalContext = { row: run.last(), slot: 0, key: key.values, current: false };
    const readings = this.#options.probes.map((probe) => (probe === null ? null : probe.read(context)));
    const isMatch = readings.some((reading) => reading === null || reading.closeness === 1);
    if (isMatch) {
      this.#listener.ended(key, run, { kind: "matched", at });
      return true;
    }
    const closest = Math.max(...readings.map((reading) => reading?.closeness ?? 1));
    const i = readings.findIndex((reading) => reading?.closeness === closest);
    const condition = this.#options.probes[i]?.show(readings[i]!) ?? null;
    this.#listener.ended(key, run, { kind: "not-true", at, condition });
    return false;
  }

  /** The runs that go on after a match: those that began later than all that it bound. */
  #drop(key: Key, runs: readonly Run[], lastBound: number, at: number): Run[] {
    return runs.filter((run) => {
      if (run.began > lastBound) return true;
      this.#listener.ended(key, run, { kind: "dropped", at });
      return false;
    });
  }

  #begin(key: Key, row: Row, position: number): void {
    const { steps } = this.#options;
    const place = entry(steps.steps, 0, null, this.#accepts);
    if (place === null) {
      this.#listener.refused(key, row);
      return;
    }
    this.#listener.began(key);
    const run = new Run(row.time, position, place.step);
    take(steps, run, place, row, position);
    if (!steps.absence && isComplete(steps, run)) {
      if (this.#isMatch(key, run, row.time) && !this.#overlaps) {
        key.runs = this.#drop(key, key.runs, run.lastBound, row.time);
      }
      return;
    }
    key.runs.push(run);
    if (key.runs.length <= maxRuns) return;
    key.runs.splice(maxRuns >> 1, 1);
    this.#listener.leftAlone(key);
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
}
