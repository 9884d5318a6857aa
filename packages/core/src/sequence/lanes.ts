import type { Row } from "../row.ts";
import { type Accepts, outcome, type Place, take } from "./advance.ts";
import { type LanePlan, planLanes } from "./lane-plan.ts";
import type { Run } from "./run.ts";
import type { RunStore } from "./run-store.ts";
import type { Sharing } from "./sharing.ts";
import type { Steps } from "./step.ts";

/**
 * Takes the runs of a key through the steps, those at one step together: what an event is to them depends on the step alone, unless a
 * WHERE reads what each has bound.
 *
 * Every sequence but those of MATCH ALL, whose runs also stay where they were.
 */
export class Lanes {
  readonly plans: readonly LanePlan[];
  readonly #steps: Steps;
  readonly #accepts: Accepts;
  readonly #runs: RunStore;
  /** The event being offered to the runs of a key, and those that it completed so far. */
  #slot = 0;
  #mask = 0;
  #row!: Row;
  #position = 0;
  #completed: Run[] = [];

  constructor(steps: Steps, accepts: Accepts, runs: RunStore) {
    this.plans = planLanes(steps);
    this.#steps = steps;
    this.#accepts = accepts;
    this.#runs = runs;
  }

  /** Offers an event to every run of a key; gives the runs that it completed, oldest first. */
  offer(slot: number, mask: number, row: Row, position: number): readonly Run[] {
    this.#start(slot, mask, row, position);
    // From the last step back: a run that goes on must not meet the event again.
    for (let step = this.plans.length - 1; step >= 0; step--) {
      const plan = this.plans[step]!;
      if (((mask & plan.interest) === 0 && !plan.strict) || !this.#runs.has(step, slot)) continue;
      if (plan.takes === "each") this.#offerEach(step);
      else this.#offerTogether(step, plan);
    }
    const completed = this.#completed;
    return completed.length < 2 ? completed : completed.sort((a, b) => a.began - b.began);
  }

  /** Puts a run that has just begun where it begins; whether the event completed it. */
  begin(slot: number, run: Run, place: Place, row: Row, position: number): boolean {
    this.#start(slot, 0, row, position);
    this.#move(run, place);
    return this.#completed.length > 0;
  }

  #start(slot: number, mask: number, row: Row, position: number): void {
    this.#slot = slot;
    this.#mask = mask;
    this.#row = row;
    this.#position = position;
    if (this.#completed.length > 0) this.#completed = [];
  }

  #offerEach(step: number): void {
    this.#runs.retain(step, this.#slot, (run) => {
      const what = outcome(this.#steps, run, this.#accepts);
      if (what === "stays") return true;
      if (what === "dies") return false;
      if (what.step !== step) {
        this.#move(run, what);
        return false;
      }
      take(this.#steps, run, what, this.#row, this.#position);
      if (!this.#isOver(run)) return true;
      this.#completed.push(run);
      return false;
    });
  }

  #offerTogether(step: number, plan: LanePlan): void {
    const mask = this.#mask;
    const slot = this.#slot;
    const runs = this.#runs;
    const sharing = runs.sharing(step, slot);
    if ((mask & (plan.guardBits | plan.entryBits) & plan.perhapsBits) !== 0) {
      const stays = (run: Run): boolean => this.#stays(run, plan);
      runs.retain(step, slot, stays);
      if (sharing !== null) runs.retainSharing(step, slot, sharing.ripe, stays);
    } else if ((mask & plan.guardBits) !== 0) {
      runs.retain(step, slot, never);
      runs.takeSharing(step, slot);
    } else if ((mask & plan.entryBits) !== 0) this.#moveRipe(step, plan.entries);
    const takes = (mask & plan.takeBits) !== 0;
    if (plan.strict) {
      runs.retain(step, slot, never);
      if (!takes) runs.takeSharing(step, slot);
    }
    if (takes && sharing !== null && sharing.runs.length > 0) this.#share(step, sharing, plan);
  }

  /** Whether a run with the minimum stays where it is: a NOT or a following step reads what it has bound. */
  #stays(run: Run, { step, entries }: LanePlan): boolean {
    for (const guard of step.guards) if (this.#accepts(guard, run)) return false;
    for (const { member, place } of entries) {
      if (!this.#accepts(member, run)) continue;
      this.#move(run, place);
      return false;
    }
    return true;
  }

  /** All runs with the minimum go on to the first step that accepts the event. */
  #moveRipe(step: number, entries: LanePlan["entries"]): void {
    let at = 0;
    while ((this.#mask & entries[at]!.member.bit) === 0) at++;
    const { place } = entries[at]!;
    this.#runs.retain(step, this.#slot, (run) => {
      this.#move(run, place);
      return false;
    });
    for (const run of this.#runs.takeSharing(step, this.#slot)) this.#move(run, place);
  }

  /** One more event for all runs that share what the step takes. */
  #share(at: number, sharing: Sharing, { step, completes }: LanePlan): void {
    const { log, runs } = sharing;
    const slot = this.#slot;
    log.append(this.#row, this.#position);
    const has = (run: Run, n: number): boolean => log.end - run.sharesFrom >= n;
    while (sharing.ripe < runs.length && has(runs[sharing.ripe]!, step.min)) sharing.ripe++;
    if (completes) this.#completed.push(...this.#runs.takeSharing(at, slot));
    let full = 0;
    while (full < runs.length && has(runs[full]!, step.max)) full++;
    for (const run of this.#runs.takeSharing(at, slot, full)) {
      run.leaveLog();
      this.#runs.add(at, slot, run);
    }
    if (log.isLong) this.#runs.trim(slot, log);
  }

  #move(run: Run, place: Place): void {
    const { step, takes } = this.plans[place.step]!;
    const slot = this.#slot;
    if (takes !== "shared") {
      take(this.#steps, run, place, this.#row, this.#position);
      if (this.#isOver(run)) this.#completed.push(run);
      else this.#runs.add(place.step, slot, run);
      return;
    }
    const log = this.#runs.logOf(place.step, slot)!;
    run.enter(place.step);
    if (log.position !== this.#position) log.append(this.#row, this.#position);
    run.share(step.members[place.member]!.alias, log);
    // Those that came before took no less.
    if (this.#isOver(run)) this.#completed.push(run);
    else this.#runs.share(place.step, slot, run, step.min <= 1);
  }

  #isOver(run: Run): boolean {
    const { completes, step } = this.plans[run.step]!;
    return completes && run.taken >= step.min;
  }
}

function never(): boolean {
  return false;
}
