import type { Run } from "./run.ts";
import type { TakenLog } from "./taken-log.ts";

/** Runs of a key that share what their repeated step takes, in the order in which they came: the first took most. */
export class Sharing {
  readonly log: TakenLog;
  readonly runs: Run[] = [];
  /** How many of them, the first ones, have the minimum. */
  ripe = 0;

  constructor(log: TakenLog) {
    this.log = log;
  }

  /** Takes the first runs out. */
  take(count: number): readonly Run[] {
    if (count === 0) return [];
    this.ripe = Math.max(0, this.ripe - count);
    return this.runs.splice(0, count);
  }

  /** Keeps those of the first `among` runs that pass a test, which may put a run elsewhere, and all others; how many went. */
  retain(among: number, test: (run: Run) => boolean): number {
    const tested = this.runs.slice(0, among).map((run) => ({ run, stays: test(run) }));
    const kept = tested.flatMap(({ run, stays }) => (stays ? [run] : []));
    this.ripe = tested.slice(0, this.ripe).filter(({ stays }) => stays).length;
    this.runs.splice(0, tested.length, ...kept);
    return tested.length - kept.length;
  }
}
