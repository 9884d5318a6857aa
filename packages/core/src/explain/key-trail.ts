import type { Reading } from "./condition-probe.ts";

/**
 * What an evaluation led to.
 *
 * `not-true`: no condition held. `fired`: an alert went out. `suppressed`: a COOLDOWN held it back. `open`: the episode had fired before.
 * `waiting`: its FOR is not over. `unmatched` stays for a condition that held and did nothing else.
 */
export type EvaluationOutcome = "not-true" | "fired" | "suppressed" | "open" | "waiting" | "unmatched";

/** One evaluation of a rule for a key, of the branch that came closest. */
export interface Step {
  readonly at: number;
  readonly branch: number;
  /** `null`: the branch has no WHEN. */
  readonly reading: Reading | null;
  readonly closeness: number;
  readonly outcome: EvaluationOutcome;
  /** Of `open` since when, of `waiting` and `suppressed` until when. */
  readonly bound: number | null;
}

/** A stretch of time with its closest evaluation: what lies together is one near miss. */
export interface Stretch {
  readonly from: number;
  to: number;
  closest: Step;
  /** Whether a condition held in it. */
  held: boolean;
  /** Whether one held in the stretch right before or after it: then it is a way to or from there. */
  besideHeld: boolean;
}

const maxStretches = 16;

export interface TrailLimits {
  /** How much time evaluations share one near miss. */
  readonly stretchMs: number;
  /** Newest evaluations to keep. */
  readonly maxSteps: number;
}

/**
 * What is remembered of a key: its newest evaluations, and the closest of each stretch of time.
 *
 * State   at most `maxSteps` and 16; of more stretches the one that says least of near misses goes.
 */
export class KeyTrail {
  readonly key: Readonly<Record<string, unknown>>;
  readonly steps: Step[] = [];
  readonly stretches: Stretch[] = [];
  /** What each branch read at the newest evaluation. */
  newest: readonly (Reading | null)[] = [];
  fired = 0;
  /** When it fired first and last. */
  firstFired: number | null = null;
  lastFired: number | null = null;
  suppressed = 0;
  /** Whether something that is not remembered any more came before. */
  forgets = false;
  readonly #stretchMs: number;
  readonly #maxSteps: number;

  constructor(key: Readonly<Record<string, unknown>>, { stretchMs, maxSteps }: TrailLimits) {
    this.key = key;
    this.#stretchMs = stretchMs;
    this.#maxSteps = maxSteps;
  }

  add(step: Step): void {
    this.steps.push(step);
    if (this.steps.length > this.#maxSteps) {
      this.steps.shift();
      this.forgets = true;
    }
    if (step.outcome === "fired") {
      this.fired++;
      this.firstFired ??= step.at;
      this.lastFired = step.at;
    }
    if (step.outcome === "suppressed") this.suppressed++;
    this.#extend(step);
  }

  /** The newest evaluation at or before a time. */
  lastAt(time: number): Step | null {
    return this.steps.findLast(({ at }) => at <= time) ?? this.#closest((step) => step.at <= time, newest);
  }

  /** The closest evaluation at or before a time; of equal ones the first. */
  closestAt(time: number): Step | null {
    return this.#closest((step) => step.at <= time, closer);
  }

  #closest(fits: (step: Step) => boolean, better: (a: Step, b: Step) => boolean): Step | null {
    let best: Step | null = null;
    for (const step of [...this.stretches.map(({ closest }) => closest), ...this.steps]) {
      if (fits(step) && (best === null || better(step, best))) best = step;
    }
    return best;
  }

  #extend(step: Step): void {
    const held = step.outcome !== "not-true";
    let last = this.stretches.at(-1);
    if (last === undefined || step.at - last.from >= this.#stretchMs) {
      const besideHeld = last !== undefined && this.#adjoins(last, step.at) && last.held;
      last = { from: step.at, to: step.at, closest: step, held: false, besideHeld };
      this.stretches.push(last);
      if (this.stretches.length > maxStretches) this.#dropFurthest();
    }
    last.to = step.at;
    if (closer(step, last.closest)) last.closest = step;
    if (!held || last.held) return;
    last.held = true;
    const before = this.stretches.at(-2);
    if (before !== undefined && this.#adjoins(before, last.from)) before.besideHeld = true;
  }

  #adjoins(before: Stretch, from: number): boolean {
    return from - before.to < this.#stretchMs;
  }

  /** Drops what says least of near misses: a stretch that held, but the first of them, else the one that is furthest away. */
  #dropFurthest(): void {
    this.forgets = true;
    // The newest may still grow.
    const settled = this.stretches.slice(0, -1);
    const first = settled.findIndex(({ held }) => held);
    let dropped = settled.findIndex(({ held, besideHeld }, i) => i !== first && (held || besideHeld));
    if (dropped === -1) {
      dropped = 0;
      for (const [i, { closest }] of settled.entries()) {
        // Of equal ones the first stays.
        if (closest.closeness <= settled[dropped]!.closest.closeness) dropped = i;
      }
    }
    this.stretches.splice(dropped, 1);
  }
}

function closer(a: Step, b: Step): boolean {
  return a.closeness > b.closeness || (a.closeness === b.closeness && a.at < b.at);
}

function newest(a: Step, b: Step): boolean {
  return a.at > b.at;
}
