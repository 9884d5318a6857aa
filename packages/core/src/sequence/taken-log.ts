import type { Row } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { readRow, readRowOrNull, writeRow, writeRowOrNull } from "../snapshot/row-bytes.ts";

/**
 * What the runs of a key take at one repeated step. All that are there take the same events, so each holds those from where it came in,
 * and one more event costs the same for one run as for a thousand.
 *
 * State   the rows that some run holds, or only the newest where no expression reads the others.
 */
export class TakenLog {
  readonly #keeps: boolean;
  #rows: Row[] = [];
  /** Number of the first row kept; rows are counted from 0. */
  #base = 0;
  /** How many events were taken. */
  end = 0;
  last: Row | null = null;
  /** Position of the newest, in the order in which the rule processed its events. */
  position = -1;
  #trimAt = 64;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  append(row: Row, position: number): void {
    this.end++;
    this.last = row;
    this.position = position;
    if (this.#keeps) this.#rows.push(row);
  }

  /** The rows from one number to before another; none where they are not kept. */
  rows(from: number, to: number): readonly Row[] {
    return this.#rows.slice(from - this.#base, to - this.#base);
  }

  /** Whether it may be worth the while to ask which rows are still held. */
  get isLong(): boolean {
    return this.#rows.length >= this.#trimAt;
  }

  /** Drops the rows before a number that no run holds. */
  trim(from: number): void {
    if (from > this.#base) this.#rows = this.#rows.slice(from - this.#base);
    this.#base = Math.max(this.#base, from);
    this.#trimAt = Math.max(64, 2 * this.#rows.length);
  }

  save(out: ByteWriter): void {
    for (const n of [this.end, this.position + 1, this.#rows.length]) out.uint(n);
    for (const row of this.#rows) writeRow(out, row);
    writeRowOrNull(out, this.last);
  }

  load(input: ByteReader): void {
    this.end = input.uint();
    this.position = input.uint() - 1;
    const kept = input.uint();
    this.#base = this.end - kept;
    for (let n = kept; n > 0; n--) this.#rows.push(readRow(input));
    this.last = readRowOrNull(input);
  }
}
