import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Run } from "./run.ts";
import { RunList } from "./run-list.ts";
import type { TakenLog } from "./taken-log.ts";

/** Runs that share what their repeated step takes; those that came first took most. */
export class Sharing {
  readonly log: TakenLog;
  readonly runs: Run[] = [];
  /** How many of them, the first ones, have the minimum. */
  ripe = 0;

  constructor(log: TakenLog) {
    this.log = log;
  }

  /** Takes the runs that have the minimum out. */
  takeRipe(): readonly Run[] {
    const taken = this.runs.splice(0, this.ripe);
    this.ripe = 0;
    return taken;
  }

  /** Keeps those of the first `among` runs that pass a test, which may put a run elsewhere, and all others. */
  retain(among: number, test: (run: Run) => boolean): void {
    const kept = this.runs.slice(0, among).map((run) => ({ run, stays: test(run) }));
    const ripe = kept.slice(0, this.ripe).filter(({ stays }) => stays).length;
    this.runs.splice(0, among, ...kept.flatMap(({ run, stays }) => (stays ? [run] : [])));
    this.ripe = ripe;
  }
}

/** The runs of a key that are at one step. */
export class Lane extends RunList {
  /** Where the step takes the same events for all runs: those below its maximum. The others bind their events by themselves. */
  readonly sharing: Sharing | null;

  constructor(log: TakenLog | null) {
    super();
    this.sharing = log === null ? null : new Sharing(log);
  }

  get count(): number {
    return this.size + (this.sharing === null ? 0 : this.sharing.runs.length);
  }

  drop(run: Run): void {
    if (this.remove(run) || this.sharing === null) return;
    this.sharing.retain(this.sharing.runs.length, (other) => other !== run);
  }

  /** Drops the runs that fail a test. */
  keep(test: (run: Run) => boolean): void {
    this.retain(test);
    this.sharing?.retain(this.sharing.runs.length, test);
  }
}

/** The runs of one key, by the step where they are. */
export class KeyRuns {
  readonly lanes: (Lane | undefined)[];
  /** When the newest of its runs began, whether it still lives or not. */
  newestStart: number = -Infinity;

  constructor(steps: number) {
    this.lanes = new Array<Lane | undefined>(steps).fill(undefined);
  }

  get count(): number {
    let count = 0;
    for (const lane of this.lanes) if (lane !== undefined) count += lane.count;
    return count;
  }

  get isEmpty(): boolean {
    for (const lane of this.lanes) if (lane !== undefined && lane.count > 0) return false;
    return true;
  }

  *all(): Generator<Run> {
    for (const lane of this.lanes) {
      if (lane === undefined) continue;
      yield* lane;
      if (lane.sharing !== null) yield* lane.sharing.runs;
    }
  }

  /** The run that began first. */
  oldest(inOrder: boolean): Run | null {
    let oldest: Run | null = null;
    if (!inOrder) {
      for (const run of this.all()) if (oldest === null || run.began < oldest.began) oldest = run;
      return oldest;
    }
    for (const lane of this.lanes) {
      if (lane === undefined) continue;
      const head = lane.first;
      if (head !== null && (oldest === null || head.began < oldest.began)) oldest = head;
      const sharing = lane.sharing?.runs[0];
      if (sharing !== undefined && (oldest === null || sharing.began < oldest.began)) oldest = sharing;
    }
    return oldest;
  }

  clear(): void {
    this.lanes.fill(undefined);
  }

  /** Lets a log drop the rows that no run holds any more. */
  trim(log: TakenLog): void {
    let from = log.end;
    for (const run of this.all()) from = Math.min(from, run.holdsFrom(log));
    log.trim(from);
  }

  save(out: ByteWriter): void {
    const stepOf = (log: TakenLog): number => this.lanes.findIndex((lane) => lane?.sharing?.log === log);
    out.float(this.newestStart);
    for (const lane of this.lanes) {
      out.boolean(lane !== undefined);
      lane?.sharing?.log.save(out);
    }
    for (const lane of this.lanes) {
      if (lane === undefined) continue;
      out.uint(lane.size);
      for (const run of lane) run.save(out, stepOf);
      if (lane.sharing === null) continue;
      out.uint(lane.sharing.ripe);
      out.uint(lane.sharing.runs.length);
      for (const run of lane.sharing.runs) run.save(out, stepOf);
    }
  }

  static load(input: ByteReader, steps: number, makeLane: (step: number) => Lane): KeyRuns {
    const key = new KeyRuns(steps);
    key.newestStart = input.float();
    for (let step = 0; step < steps; step++) {
      if (!input.boolean()) continue;
      const lane = makeLane(step);
      lane.sharing?.log.load(input);
      key.lanes[step] = lane;
    }
    const logOf = (step: number): TakenLog => key.lanes[step]!.sharing!.log;
    for (const lane of key.lanes) {
      if (lane === undefined) continue;
      for (let n = input.uint(); n > 0; n--) lane.push(Run.load(input, logOf));
      if (lane.sharing === null) continue;
      lane.sharing.ripe = input.uint();
      for (let n = input.uint(); n > 0; n--) lane.sharing.runs.push(Run.load(input, logOf));
    }
    return key;
  }
}
