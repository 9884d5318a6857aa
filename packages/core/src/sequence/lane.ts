import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Run } from "./run.ts";
import type { TakenLog } from "./taken-log.ts";

/** The runs of a key that are at one step. */
export class Lane {
  /** Runs that bind their events by themselves, or whose step is full; in the order in which they came. */
  runs: Run[] = [];
  /** Runs that share what their repeated step takes; in the order in which they came, so those that came first took most. */
  sharing: Run[] = [];
  /** How many of those, the first ones, have the minimum. */
  ripe = 0;
  log: TakenLog | null;

  constructor(log: TakenLog | null) {
    this.log = log;
  }

  get size(): number {
    return this.runs.length + this.sharing.length;
  }

  remove(run: Run): void {
    const at = this.runs.indexOf(run);
    if (at !== -1) {
      this.runs.splice(at, 1);
      return;
    }
    const shares = this.sharing.indexOf(run);
    if (shares === -1) return;
    this.sharing.splice(shares, 1);
    if (shares < this.ripe) this.ripe--;
  }

  /** Drops the runs that fail a test. */
  keep(test: (run: Run) => boolean): void {
    this.runs = this.runs.filter(test);
    this.ripe = this.sharing.slice(0, this.ripe).filter(test).length;
    this.sharing = this.sharing.filter(test);
  }
}

/** The runs of one key, by the step where they are. */
export class KeyRuns {
  readonly lanes: (Lane | undefined)[] = [];

  get count(): number {
    let count = 0;
    for (const lane of this.lanes) if (lane !== undefined) count += lane.size;
    return count;
  }

  get isEmpty(): boolean {
    for (const lane of this.lanes) if (lane !== undefined && lane.size > 0) return false;
    return true;
  }

  *all(): Generator<Run> {
    for (const lane of this.lanes) {
      if (lane === undefined) continue;
      yield* lane.runs;
      yield* lane.sharing;
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
      for (const head of [lane.runs[0], lane.sharing[0]]) {
        if (head !== undefined && (oldest === null || head.began < oldest.began)) oldest = head;
      }
    }
    return oldest;
  }

  /** Lets a log drop the rows that no run holds any more. */
  trim(log: TakenLog): void {
    let from = log.end;
    for (const run of this.all()) from = Math.min(from, run.holdsFrom(log));
    log.trim(from);
  }

  save(out: ByteWriter): void {
    const stepOf = (log: TakenLog): number => this.lanes.findIndex((lane) => lane?.log === log);
    out.uint(this.lanes.length);
    for (const lane of this.lanes) {
      out.boolean(lane !== undefined);
      if (lane === undefined) continue;
      out.boolean(lane.log !== null);
      lane.log?.save(out);
    }
    for (const lane of this.lanes) {
      if (lane === undefined) continue;
      for (const n of [lane.runs.length, lane.sharing.length, lane.ripe]) out.uint(n);
      for (const run of lane.runs) run.save(out, stepOf);
      for (const run of lane.sharing) run.save(out, stepOf);
    }
  }

  static load(input: ByteReader, makeLane: (step: number) => Lane): KeyRuns {
    const key = new KeyRuns();
    const steps = input.uint();
    for (let step = 0; step < steps; step++) {
      if (!input.boolean()) {
        key.lanes.push(undefined);
        continue;
      }
      const lane = makeLane(step);
      if (input.boolean()) lane.log!.load(input);
      key.lanes.push(lane);
    }
    const logOf = (step: number): TakenLog => key.lanes[step]!.log!;
    for (const lane of key.lanes) {
      if (lane === undefined) continue;
      const [runs, sharing] = [input.uint(), input.uint()];
      lane.ripe = input.uint();
      for (let n = runs; n > 0; n--) lane.runs.push(Run.load(input, logOf));
      for (let n = sharing; n > 0; n--) lane.sharing.push(Run.load(input, logOf));
    }
    return key;
  }
}
