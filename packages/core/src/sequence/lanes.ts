import type { Row } from "../row.ts";
import { type Accepts, outcome, type Place, take } from "./advance.ts";
import { type KeyRuns, Lane, type Sharing } from "./lane.ts";
import { type LanePlan, planLanes } from "./lane-plan.ts";
import type { Run } from "./run.ts";
import type { Steps } from "./step.ts";
import { TakenLog } from "./taken-log.ts";

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
  readonly #keepsRows: (alias: string) => boolean;
  /** The event being offered to the runs of a key, and those that it completed so far. */
  #key!: KeyRuns;
  #mask = 0;
  #row!: Row;
  #position = 0;
  #completed: Run[] = [];

  constructor(steps: Steps, accepts: Accepts, keepsRows: (alias: string) => boolean) {
    this.plans = planLanes(steps);
    this.#steps = steps;
    this.#accepts = accepts;
    this.#keepsRows = keepsRows;
  }

  makeLane(step: number): Lane {
    const { takes, step: of } = this.plans[step]!;
    return new Lane(takes === "shared" ? new TakenLog(this.#keepsRows(of.members[0]!.alias)) : null);
  }

  /** Offers an event to every run of a key; gives the runs that it completed, oldest first. */
  offer(key: KeyRuns, mask: number, row: Row, position: number): readonly Run[] {
    this.#start(key, mask, row, position);
    // From the last step back: a run that goes on must not meet the event again.
    for (let step = key.lanes.length - 1; step >= 0; step--) {
      const lane = key.lanes[step];
      const plan = this.plans[step]!;
      if (lane === undefined || lane.count === 0 || ((mask & plan.interest) === 0 && !plan.strict)) continue;
      if (plan.takes === "each") this.#offerEach(lane, step);
      else this.#offerTogether(lane, plan);
    }
    const completed = this.#completed;
    return completed.length < 2 ? completed : completed.sort((a, b) => a.began - b.began);
  }

  /** Puts a run that has just begun where it begins; whether the event completed it. */
  begin(key: KeyRuns, run: Run, place: Place, row: Row, position: number): boolean {
    this.#start(key, 0, row, position);
    this.#move(run, place);
    return this.#completed.length > 0;
  }

  #start(key: KeyRuns, mask: number, row: Row, position: number): void {
    this.#key = key;
    this.#mask = mask;
    this.#row = row;
    this.#position = position;
    if (this.#completed.length > 0) this.#completed = [];
  }

  #offerEach(lane: Lane, step: number): void {
    lane.retain((run) => {
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

  #offerTogether(lane: Lane, plan: LanePlan): void {
    const mask = this.#mask;
    const { sharing } = lane;
    if ((mask & (plan.guardBits | plan.entryBits) & plan.perhapsBits) !== 0) {
      const stays = (run: Run): boolean => this.#stays(run, plan);
      lane.retain(stays);
      sharing?.retain(sharing.ripe, stays);
    } else if ((mask & plan.guardBits) !== 0) {
      lane.clear();
      sharing?.takeRipe();
    } else if ((mask & plan.entryBits) !== 0) this.#moveRipe(lane, plan.entries);
    const takes = (mask & plan.takeBits) !== 0;
    if (plan.strict) {
      lane.clear();
      if (!takes) sharing?.takeRipe();
    }
    if (takes && sharing !== null && sharing.runs.length > 0) this.#share(lane, sharing, plan);
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
  #moveRipe(lane: Lane, entries: LanePlan["entries"]): void {
    let at = 0;
    while ((this.#mask & entries[at]!.member.bit) === 0) at++;
    const { place } = entries[at]!;
    let run = lane.first;
    lane.clear();
    while (run !== null) {
      const { next } = run;
      this.#move(run, place);
      run = next;
    }
    if (lane.sharing !== null) for (const sharing of lane.sharing.takeRipe()) this.#move(sharing, place);
  }

  /** One more event for all runs that share what the step takes. */
  #share(lane: Lane, sharing: Sharing, { step, completes }: LanePlan): void {
    const { log, runs } = sharing;
    log.append(this.#row, this.#position);
    const has = (run: Run, n: number): boolean => log.end - run.sharesFrom >= n;
    while (sharing.ripe < runs.length && has(runs[sharing.ripe]!, step.min)) sharing.ripe++;
    if (completes) this.#completed.push(...sharing.takeRipe());
    let full = 0;
    while (full < runs.length && has(runs[full]!, step.max)) full++;
    if (full > 0) {
      sharing.ripe -= full;
      for (const run of runs.splice(0, full)) {
        run.leaveLog();
        lane.push(run);
      }
    }
    if (log.isLong) this.#key.trim(log);
  }

  #move(run: Run, place: Place): void {
    const { step } = this.plans[place.step]!;
    const lane = this.#key.lanes[place.step] ?? this.#addLane(this.#key, place.step);
    const { sharing } = lane;
    if (sharing === null) take(this.#steps, run, place, this.#row, this.#position);
    else {
      run.enter(place.step);
      if (sharing.log.position !== this.#position) sharing.log.append(this.#row, this.#position);
      run.share(step.members[place.member]!.alias, sharing.log);
    }
    if (this.#isOver(run)) this.#completed.push(run);
    else if (sharing === null) lane.push(run);
    else {
      sharing.runs.push(run);
      // Those that came before took no less.
      if (step.min <= 1) sharing.ripe = sharing.runs.length;
    }
  }

  #addLane({ lanes }: KeyRuns, step: number): Lane {
    const lane = this.makeLane(step);
    lanes[step] = lane;
    return lane;
  }

  #isOver(run: Run): boolean {
    const { completes, step } = this.plans[run.step]!;
    return completes && run.taken >= step.min;
  }
}
