import type { Row } from "../row.ts";
import { type Accepts, outcome, type Place, take } from "./advance.ts";
import { type KeyRuns, Lane } from "./lane.ts";
import { type LanePlan, planLanes } from "./lane-plan.ts";
import type { Run } from "./run.ts";
import type { Steps } from "./step.ts";
import { TakenLog } from "./taken-log.ts";

/** The event being offered, and the runs that it completed so far. */
interface Offer {
  readonly key: KeyRuns;
  readonly mask: number;
  readonly row: Row;
  readonly position: number;
  readonly completed: Run[];
}

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
  offer(key: KeyRuns, mask: number, row: Row, position: number): Run[] {
    const offer: Offer = { key, mask, row, position, completed: [] };
    // From the last step back: a run that goes on must not meet the event again.
    for (let step = key.lanes.length - 1; step >= 0; step--) {
      const lane = key.lanes[step];
      const plan = this.plans[step]!;
      if (lane === undefined || lane.size === 0 || ((mask & plan.interest) === 0 && !plan.strict)) continue;
      if (plan.takes === "each") this.#offerEach(lane, step, offer);
      else this.#offerTogether(lane, plan, offer);
    }
    return offer.completed.sort((a, b) => a.began - b.began);
  }

  /** Puts a run that has just begun where it begins; whether the event completed it. */
  begin(key: KeyRuns, run: Run, place: Place, row: Row, position: number): boolean {
    const offer: Offer = { key, mask: 0, row, position, completed: [] };
    this.#move(run, place, offer);
    return offer.completed.length > 0;
  }

  #offerEach(lane: Lane, step: number, offer: Offer): void {
    const staying: Run[] = [];
    for (const run of lane.runs) {
      const what = outcome(this.#steps, run, this.#accepts);
      if (what === "stays") staying.push(run);
      else if (what === "dies") continue;
      else if (what.step !== step) this.#move(run, what, offer);
      else {
        take(this.#steps, run, what, offer.row, offer.position);
        if (this.#isOver(run)) offer.completed.push(run);
        else staying.push(run);
      }
    }
    lane.runs = staying;
  }

  #offerTogether(lane: Lane, plan: LanePlan, offer: Offer): void {
    const { mask } = offer;
    if ((mask & (plan.guardBits | plan.entryBits) & plan.perhapsBits) !== 0) this.#tryEach(lane, plan, offer);
    else if ((mask & plan.guardBits) !== 0) takeRipe(lane);
    else if ((mask & plan.entryBits) !== 0) {
      const { place } = plan.entries.find(({ member }) => (mask & member.bit) !== 0)!;
      for (const run of takeRipe(lane)) this.#move(run, place, offer);
    }
    const takes = (mask & plan.takeBits) !== 0;
    if (plan.strict) {
      lane.runs = [];
      if (!takes) lane.sharing.splice(0, lane.ripe);
      if (!takes) lane.ripe = 0;
    }
    if (takes && lane.sharing.length > 0) this.#share(lane, plan, offer);
  }

  /** Runs with the minimum, each by itself: a NOT or a following step reads what it has bound. */
  #tryEach(lane: Lane, plan: LanePlan, offer: Offer): void {
    const stays = (run: Run): boolean => {
      for (const guard of plan.step.guards) if (this.#accepts(guard, run)) return false;
      for (const { member, place } of plan.entries) {
        if (!this.#accepts(member, run)) continue;
        this.#move(run, place, offer);
        return false;
      }
      return true;
    };
    lane.runs = lane.runs.filter(stays);
    if (lane.ripe === 0) return;
    const left = lane.sharing.slice(0, lane.ripe).filter(stays);
    lane.sharing = [...left, ...lane.sharing.slice(lane.ripe)];
    lane.ripe = left.length;
  }

  /** One more event for all runs that share what the step takes. */
  #share(lane: Lane, { step, completes }: LanePlan, { key, row, position, completed }: Offer): void {
    const log = lane.log!;
    log.append(row, position);
    const { sharing } = lane;
    const has = (run: Run, n: number): boolean => log.end - run.sharesFrom >= n;
    while (lane.ripe < sharing.length && has(sharing[lane.ripe]!, step.min)) lane.ripe++;
    if (completes && lane.ripe > 0) {
      completed.push(...sharing.splice(0, lane.ripe));
      lane.ripe = 0;
    }
    let full = 0;
    while (full < sharing.length && has(sharing[full]!, step.max)) full++;
    if (full > 0) {
      for (const run of sharing.splice(0, full)) {
        run.leaveLog();
        lane.runs.push(run);
      }
      lane.ripe -= full;
    }
    if (log.isLong) key.trim(log);
  }

  #move(run: Run, place: Place, { key, row, position, completed }: Offer): void {
    const { step, takes } = this.plans[place.step]!;
    const lane = (key.lanes[place.step] ??= this.#newLane(key, place.step));
    if (takes !== "shared") {
      take(this.#steps, run, place, row, position);
      if (this.#isOver(run)) completed.push(run);
      else lane.runs.push(run);
      return;
    }
    const log = lane.log!;
    run.enter(place.step);
    if (log.position !== position) log.append(row, position);
    run.share(step.members[place.member]!.alias, log);
    if (this.#isOver(run)) {
      completed.push(run);
      return;
    }
    lane.sharing.push(run);
    // Those that came before took no less.
    if (step.min <= 1) lane.ripe = lane.sharing.length;
  }

  #newLane(key: KeyRuns, step: number): Lane {
    while (key.lanes.length < step) key.lanes.push(undefined);
    return this.makeLane(step);
  }

  #isOver(run: Run): boolean {
    const { completes, step } = this.plans[run.step]!;
    return completes && run.taken >= step.min;
  }
}

/** Takes the runs that have the minimum out of a lane. */
function takeRipe(lane: Lane): readonly Run[] {
  const taken = lane.sharing.splice(0, lane.ripe);
  lane.ripe = 0;
  if (lane.runs.length === 0) return taken;
  taken.unshift(...lane.runs);
  lane.runs = [];
  return taken;
}
