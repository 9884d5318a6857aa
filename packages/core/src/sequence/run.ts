import type { Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { readRow, readRowOrNull, writeRow, writeRowOrNull } from "../snapshot/row-bytes.ts";
import type { TakenLog } from "./taken-log.ts";

/** What a run has bound: a list from the newest back, which runs that part ways share. */
interface Bound {
  readonly alias: string;
  readonly before: Bound | null;
  /** One event; or what was taken of a log, from a number to before another. */
  row: Row | null;
  readonly log: TakenLog | null;
  readonly from: number;
  /** `Infinity` as long as it goes on. */
  to: number;
}

/** A partial match. */
export class Run {
  /** Event time of its first event. */
  readonly startedAt: number;
  /** Position, in the order in which the rule processed its events, of the first event. */
  readonly began: number;
  /** Index of the current step. */
  step: number;
  /** The run behind it where it is; behind the last one the first. */
  next: Run | null = null;
  /** Members of the current ALL OF that are filled, as bits. */
  filled: bigint;
  #lastBound: number;
  #taken: number;
  #bound: Bound | null;

  constructor(startedAt: number, began: number, step: number) {
    this.startedAt = startedAt;
    this.began = began;
    this.step = step;
    this.filled = 0n;
    this.#lastBound = began;
    this.#taken = 0;
    this.#bound = null;
  }

  /** How many events the current step has bound. */
  get taken(): number {
    const log = this.#openLog;
    return log === null ? this.#taken : log.end - this.#bound!.from;
  }

  /** Position of the last event bound. */
  get lastBound(): number {
    return this.#openLog?.position ?? this.#lastBound;
  }

  /** Number, in the log that it shares, of the first event it took. */
  get sharesFrom(): number {
    return this.#bound!.from;
  }

  clone(): Run {
    const copy = new Run(this.startedAt, this.began, this.step);
    copy.filled = this.filled;
    copy.#lastBound = this.#lastBound;
    copy.#taken = this.#taken;
    copy.#bound = this.#bound;
    return copy;
  }

  /** Goes on to a step, which has bound nothing yet. */
  enter(step: number): void {
    this.leaveLog();
    this.step = step;
    this.filled = 0n;
    this.#taken = 0;
  }

  /** Binds an event; where nobody will ask for it (`keeps`) it is only counted. */
  bind(alias: string, row: Row, position: number, keeps: boolean): void {
    if (keeps) this.#bound = { alias, before: this.#bound, row, log: null, from: 0, to: 0 };
    this.#lastBound = position;
    this.#taken++;
  }

  /** Takes the newest event of a log, and each that will be added to it. */
  share(alias: string, log: TakenLog): void {
    this.#bound = { alias, before: this.#bound, row: null, log, from: log.end - 1, to: Infinity };
  }

  /** Takes no more of the log that it shares. */
  leaveLog(): void {
    const log = this.#openLog;
    if (log === null) return;
    const bound = this.#bound!;
    this.#taken = log.end - bound.from;
    this.#lastBound = log.position;
    bound.to = log.end;
    bound.row = log.last;
  }

  /** The last event bound, to an alias or at all. */
  last(alias?: string): Row | null {
    for (let bound = this.#bound; bound !== null; bound = bound.before) {
      if (alias === undefined || bound.alias === alias) return bound.to === Infinity ? bound.log!.last : bound.row;
    }
    return null;
  }

  /** How many events an alias has bound. */
  count(alias: string): number {
    let count = 0;
    for (let bound = this.#bound; bound !== null; bound = bound.before) {
      if (bound.alias === alias) count += bound.log === null ? 1 : Math.min(bound.to, bound.log.end) - bound.from;
    }
    return count;
  }

  /** The events bound to an alias, oldest first. */
  rows(alias: string): readonly Row[] {
    return this.byAlias().get(alias) ?? [];
  }

  /** The aliases that bound something, in order of their first event, with their events. */
  byAlias(): Map<string, Row[]> {
    const map = new Map<string, Row[]>();
    for (const bound of this.#oldestFirst()) {
      const rows = bound.log === null ? [bound.row!] : bound.log.rows(bound.from, Math.min(bound.to, bound.log.end));
      const known = map.get(bound.alias);
      if (known === undefined) map.set(bound.alias, [...rows]);
      else known.push(...rows);
    }
    return map;
  }

  /** Number of the first row of a log that it holds; `Infinity` where it holds none. */
  holdsFrom(log: TakenLog): number {
    let from = Infinity;
    for (let bound = this.#bound; bound !== null; bound = bound.before) if (bound.log === log) from = bound.from;
    return from;
  }

  /** Writes the run; `stepOf` is the step whose log it is. */
  save(out: ByteWriter, stepOf: (log: TakenLog) => number): void {
    out.float(this.startedAt);
    for (const n of [this.began, this.#lastBound, this.step, this.#taken]) out.uint(n);
    out.text(this.filled.toString(16));
    const all = this.#oldestFirst();
    out.uint(all.length);
    for (const { alias, row, log, from, to } of all) {
      out.text(alias);
      out.uint(log === null ? 0 : stepOf(log) + 1);
      if (log === null) writeRow(out, row!);
      else {
        out.uint(from);
        out.float(to);
        writeRowOrNull(out, row);
      }
    }
  }

  static load(input: ByteReader, logOf: (step: number) => TakenLog): Run {
    const startedAt = input.float();
    const began = input.uint();
    const lastBound = input.uint();
    const run = new Run(startedAt, began, input.uint());
    run.#lastBound = lastBound;
    run.#taken = input.uint();
    run.filled = BigInt(`0x${input.text()}`);
    for (let n = input.uint(); n > 0; n--) {
      const alias = input.text();
      const before = run.#bound;
      const step = input.uint();
      if (step === 0) run.#bound = { alias, before, row: readRow(input), log: null, from: 0, to: 0 };
      else {
        const from = input.uint();
        const to = input.float();
        run.#bound = { alias, before, row: readRowOrNull(input), log: logOf(step - 1), from, to };
      }
    }
    return run;
  }

  get #openLog(): TakenLog | null {
    const bound = this.#bound;
    return bound !== null && bound.to === Infinity ? bound.log : null;
  }

  #oldestFirst(): readonly Bound[] {
    const all: Bound[] = [];
    for (let bound = this.#bound; bound !== null; bound = bound.before) all.push(bound);
    return all.reverse();
  }
}
