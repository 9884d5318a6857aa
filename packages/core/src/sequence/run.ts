import type { Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { readRow, writeRow } from "../snapshot/row-bytes.ts";

/** One event that a run has bound; a list from the newest back, which runs that part ways share. */
interface Bound {
  readonly alias: string;
  readonly row: Row;
  readonly before: Bound | null;
}

/** A partial match. */
export class Run {
  /** Event time of its first event. */
  readonly startedAt: number;
  /** Positions, in the order in which the rule processed its events, of the first and the last event bound. */
  readonly began: number;
  lastBound: number;
  /** Index of the current step, and how many events it has bound. */
  step: number;
  taken: number;
  /** Members of the current ALL OF that are filled, as bits. */
  filled: bigint;
  #bound: Bound | null;

  constructor(startedAt: number, began: number, step: number) {
    this.startedAt = startedAt;
    this.began = began;
    this.lastBound = began;
    this.step = step;
    this.taken = 0;
    this.filled = 0n;
    this.#bound = null;
  }

  clone(): Run {
    const copy = new Run(this.startedAt, this.began, this.step);
    copy.lastBound = this.lastBound;
    copy.taken = this.taken;
    copy.filled = this.filled;
    copy.#bound = this.#bound;
    return copy;
  }

  bind(alias: string, row: Row, position: number): void {
    this.#bound = { alias, row, before: this.#bound };
    this.lastBound = position;
    this.taken++;
  }

  /** The last event bound, to an alias or at all. */
  last(alias?: string): Row | null {
    for (let bound = this.#bound; bound !== null; bound = bound.before) {
      if (alias === undefined || bound.alias === alias) return bound.row;
    }
    return null;
  }

  /** The events bound to an alias, oldest first. */
  rows(alias: string): Row[] {
    const rows: Row[] = [];
    for (let bound = this.#bound; bound !== null; bound = bound.before) if (bound.alias === alias) rows.push(bound.row);
    return rows.reverse();
  }

  /** The aliases that bound something, in order of their first event, with their events. */
  byAlias(): Map<string, Row[]> {
    const all: Bound[] = [];
    for (let bound = this.#bound; bound !== null; bound = bound.before) all.push(bound);
    const map = new Map<string, Row[]>();
    for (const { alias, row } of all.reverse()) {
      const rows = map.get(alias);
      if (rows === undefined) map.set(alias, [row]);
      else rows.push(row);
    }
    return map;
  }

  save(out: ByteWriter): void {
    out.float(this.startedAt);
    for (const n of [this.began, this.lastBound, this.step, this.taken]) out.uint(n);
    out.text(this.filled.toString(16));
    const all: Bound[] = [];
    for (let bound = this.#bound; bound !== null; bound = bound.before) all.push(bound);
    out.uint(all.length);
    for (const { alias, row } of all.reverse()) {
      out.text(alias);
      writeRow(out, row);
    }
  }

  static load(input: ByteReader): Run {
    const startedAt = input.float();
    const began = input.uint();
    const lastBound = input.uint();
    const run = new Run(startedAt, began, input.uint());
    const taken = input.uint();
    run.filled = BigInt(`0x${input.text()}`);
    for (let n = input.uint(); n > 0; n--) {
      const alias = input.text();
      run.bind(alias, readRow(input), lastBound);
    }
    run.taken = taken;
    return run;
  }
}
