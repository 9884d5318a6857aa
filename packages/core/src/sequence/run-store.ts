import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { Run } from "./run.ts";
import { Sharing } from "./sharing.ts";
import type { TakenLog } from "./taken-log.ts";

/**
 * The live runs of all keys, by step and slot.
 *
 * State   a reference per slot and step that was ever reached: most keys have a run or none, and cost no more than it.
 */
export class RunStore {
  /** Live runs by step. */
  readonly live: number[];
  readonly #makeLog: (step: number) => TakenLog | null;
  /** By step and slot, the last of the runs that bind their events by themselves; it links to the first, and each to the one behind it. */
  readonly #lasts: (Run | undefined)[][];
  /** By step and slot, those that share what their step takes. */
  readonly #sharing: (Sharing | undefined)[][];
  /** Live runs by slot. */
  readonly #counts: number[] = [];
  #capacity = 0;
  #keys = 0;

  constructor(steps: number, makeLog: (step: number) => TakenLog | null) {
    this.live = Array.from({ length: steps }, () => 0);
    this.#lasts = this.live.map(() => []);
    this.#sharing = this.live.map(() => []);
    this.#makeLog = makeLog;
  }

  /** Keys that have runs. */
  get keys(): number {
    return this.#keys;
  }

  get steps(): number {
    return this.live.length;
  }

  grow(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, capacity);
    while (this.#counts.length < this.#capacity) this.#counts.push(0);
  }

  /** Gives the memory of slots from `size` on back; they have no runs. */
  shrink(size: number): void {
    this.#capacity = size;
    for (const column of [this.#counts, ...this.#lasts, ...this.#sharing]) {
      if (column.length > size) column.length = size;
    }
  }

  count(slot: number): number {
    return this.#counts[slot]!;
  }

  /** Whether there are runs at a step. */
  has(step: number, slot: number): boolean {
    return this.#lasts[step]![slot] !== undefined || this.#sharing[step]![slot] !== undefined;
  }

  /** Adds a run behind the others of its step. */
  add(step: number, slot: number, run: Run): void {
    const column = this.#column(step);
    const last = column[slot];
    if (last === undefined) run.next = run;
    else {
      run.next = last.next;
      last.next = run;
    }
    column[slot] = run;
    this.#change(step, slot, 1);
  }

  /** Keeps the runs at a step that pass a test, which may put a run elsewhere; those that share what they take are not asked. */
  retain(step: number, slot: number, test: (run: Run) => boolean): void {
    const column = this.#lasts[step]!;
    const last = column[slot];
    if (last === undefined) return;
    let kept: Run | undefined;
    let dropped = 0;
    let run = last.next!;
    for (;;) {
      const next = run.next!;
      const isLast = run === last;
      if (!test(run)) dropped++;
      else if (kept === undefined) {
        run.next = run;
        kept = run;
      } else {
        run.next = kept.next;
        kept.next = run;
        kept = run;
      }
      if (isLast) break;
      run = next;
    }
    column[slot] = kept;
    this.#change(step, slot, -dropped);
  }

  /** The runs that share what a step takes; `null` where there are none. */
  sharing(step: number, slot: number): Sharing | null {
    return this.#sharing[step]![slot] ?? null;
  }

  /** The log of a step that shares what it takes; `null` of any other. */
  logOf(step: number, slot: number): TakenLog | null {
    const known = this.#sharing[step]![slot];
    if (known !== undefined) return known.log;
    const log = this.#makeLog(step);
    if (log !== null) this.#sharingColumn(step)[slot] = new Sharing(log);
    return log;
  }

  /** Adds a run that shares. */
  share(step: number, slot: number, run: Run, isRipe: boolean): void {
    const sharing = this.#sharing[step]![slot]!;
    sharing.runs.push(run);
    if (isRipe) sharing.ripe = sharing.runs.length;
    this.#change(step, slot, 1);
  }

  /** Takes the first runs that share out: those that have the minimum, or as many as are said. */
  takeSharing(step: number, slot: number, count?: number): readonly Run[] {
    const sharing = this.#sharing[step]![slot];
    if (sharing === undefined) return [];
    const taken = sharing.take(count ?? sharing.ripe);
    this.#change(step, slot, -taken.length);
    return taken;
  }

  /** Keeps those of the first `among` runs that share which pass a test, and all others. */
  retainSharing(step: number, slot: number, among: number, test: (run: Run) => boolean): void {
    const sharing = this.#sharing[step]![slot];
    if (sharing === undefined || among === 0) return;
    this.#change(step, slot, -sharing.retain(among, test));
  }

  *all(slot: number): Generator<Run> {
    for (let step = 0; step < this.steps; step++) {
      yield* this.at(step, slot);
      const sharing = this.#sharing[step]![slot];
      if (sharing !== undefined) yield* sharing.runs;
    }
  }

  /** The runs at a step that bind by themselves, in the order in which they came. */
  at(step: number, slot: number): readonly Run[] {
    const last = this.#lasts[step]![slot];
    const runs: Run[] = [];
    if (last === undefined) return runs;
    for (let run = last.next!; run !== last; run = run.next!) runs.push(run);
    runs.push(last);
    return runs;
  }

  /** The run that began first; `inOrder`: the first of each step did. */
  oldest(slot: number, inOrder: boolean): Run | null {
    let oldest: Run | null = null;
    if (!inOrder) {
      for (const run of this.all(slot)) if (oldest === null || run.began < oldest.began) oldest = run;
      return oldest;
    }
    for (let step = 0; step < this.steps; step++) {
      const first = this.#lasts[step]![slot]?.next ?? null;
      if (first !== null && (oldest === null || first.began < oldest.began)) oldest = first;
      const shares = this.#sharing[step]![slot]?.runs[0];
      if (shares !== undefined && (oldest === null || shares.began < oldest.began)) oldest = shares;
    }
    return oldest;
  }

  /** Takes out a run that stands at a step. */
  remove(step: number, slot: number, run: Run): void {
    const before = this.#counts[slot]!;
    const last = this.#lasts[step]![slot];
    if (last !== undefined && last !== run && last.next === run) {
      last.next = run.next;
      this.#change(step, slot, -1);
      return;
    }
    this.retain(step, slot, (other) => other !== run);
    if (this.#counts[slot] !== before) return;
    this.retainSharing(step, slot, Infinity, (other) => other !== run);
  }

  /** Keeps the runs of a key that pass a test. */
  keep(slot: number, test: (run: Run) => boolean): void {
    for (let step = 0; step < this.steps; step++) {
      this.retain(step, slot, test);
      this.retainSharing(step, slot, Infinity, test);
    }
  }

  /** Drops all runs of a key, and what they shared. */
  clear(slot: number): void {
    if (this.#counts[slot] !== 0) this.keep(slot, () => false);
    this.dropLogs(slot);
  }

  /** Drops the logs of a key without runs. */
  dropLogs(slot: number): void {
    for (const column of this.#sharing) if (slot < column.length) column[slot] = undefined;
  }

  /** Lets a log drop the rows that no run of its key holds any more. */
  trim(slot: number, log: TakenLog): void {
    let from = log.end;
    for (const run of this.all(slot)) from = Math.min(from, run.holdsFrom(log));
    log.trim(from);
  }

  save(slot: number, out: ByteWriter): void {
    const stepOf = (log: TakenLog): number => this.#sharing.findIndex((column) => column[slot]?.log === log);
    for (let step = 0; step < this.steps; step++) {
      const sharing = this.#sharing[step]![slot];
      out.boolean(sharing !== undefined);
      sharing?.log.save(out);
    }
    for (let step = 0; step < this.steps; step++) {
      const runs = this.at(step, slot);
      out.uint(runs.length);
      for (const run of runs) run.save(out, stepOf);
      const sharing = this.#sharing[step]![slot];
      if (sharing === undefined) continue;
      out.uint(sharing.ripe);
      out.uint(sharing.runs.length);
      for (const run of sharing.runs) run.save(out, stepOf);
    }
  }

  load(slot: number, input: ByteReader): void {
    for (let step = 0; step < this.steps; step++) if (input.boolean()) this.logOf(step, slot)!.load(input);
    const logOf = (step: number): TakenLog => this.logOf(step, slot)!;
    for (let step = 0; step < this.steps; step++) {
      for (let n = input.uint(); n > 0; n--) this.add(step, slot, Run.load(input, logOf));
      const sharing = this.#sharing[step]![slot];
      if (sharing === undefined) continue;
      const ripe = input.uint();
      for (let n = input.uint(); n > 0; n--) this.share(step, slot, Run.load(input, logOf), false);
      sharing.ripe = ripe;
    }
  }

  #change(step: number, slot: number, by: number): void {
    if (by === 0) return;
    this.live[step]! += by;
    const before = this.#counts[slot]!;
    const after = before + by;
    this.#counts[slot] = after;
    if (before === 0) this.#keys++;
    else if (after === 0) this.#keys--;
  }

  #column(step: number): (Run | undefined)[] {
    const column = this.#lasts[step]!;
    while (column.length < this.#capacity) column.push(undefined);
    return column;
  }

  #sharingColumn(step: number): (Sharing | undefined)[] {
    const column = this.#sharing[step]!;
    while (column.length < this.#capacity) column.push(undefined);
    return column;
  }
}
