import type { EventData, Row, RowSource } from "../row.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import { readRow, writeRow } from "../snapshot/row-bytes.ts";
import { WaitingRows } from "./waiting-rows.ts";

interface Partition {
  maxTime: number;
  idle: boolean;
}

/**
 * The watermarks of the input partitions, and the events that wait for them.
 *
 * Time    a partition's watermark is its largest event time − lateness; the clock is the smallest watermark of those not idle.
 * State   the events above the clock.
 * Source  Akidau et al., "The Dataflow Model", VLDB 2015 (watermarks, lateness).
 */
export class Clock {
  readonly latenessMs: number;
  readonly #partitions = new Map<number, Partition>();
  readonly #list: Partition[] = [];
  readonly #waiting = new WaitingRows();
  /** The partition that the last event was of. */
  #lastId = -1;
  #last: Partition | null = null;
  /** Raised by `advanceTo` and by the end of a recording: nothing below it is taken any more. */
  #floor = -Infinity;
  #now = -Infinity;

  /** `partitions` are known from the start: the clock waits for an event of each. */
  constructor(latenessMs: number, partitions: number) {
    this.latenessMs = latenessMs;
    for (let id = 0; id < partitions; id++) this.#partition(id);
  }

  /** Where everything due has happened; −Infinity before the first event. */
  get now(): number {
    return this.#now;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** The events that wait. */
  waitingRows(): Iterable<Row> {
    return this.#waiting.rows();
  }

  /** Largest event time seen; −Infinity before the first event. */
  get maxTime(): number {
    let max = -Infinity;
    for (const partition of this.#list) max = Math.max(max, partition.maxTime);
    return max;
  }

  /** The time below which an event of this partition is late: its watermark, and what has been processed already. */
  lateBelow(partition: number): number {
    const known = partition === this.#lastId ? this.#last! : this.#partitions.get(partition);
    return Math.max(this.#floor, this.#now, known === undefined ? -Infinity : known.maxTime - this.latenessMs);
  }

  /** Moves the watermark of a partition for an event at `time`; `false` of one that is late, or whose time is NaN. */
  admit(time: number, partition: number): boolean {
    if (!(time >= this.lateBelow(partition))) return false;
    const known = partition === this.#lastId ? this.#last! : this.#partition(partition);
    this.#lastId = partition;
    this.#last = known;
    known.idle = false;
    if (time > known.maxTime) known.maxTime = time;
    return true;
  }

  /** Keeps an event until the clock reaches it. */
  wait(row: Row): void {
    this.#waiting.add(row);
  }

  /** `wait` of `plainRow(source, time, seq, event)`. */
  waitPlain(source: RowSource, time: number, seq: number, event: EventData): void {
    this.#waiting.addPlain(source, time, seq, event);
  }

  setIdle(partition: number): void {
    this.#partition(partition).idle = true;
  }

  /** The smallest watermark of the partitions that are not idle. */
  target(): number {
    let smallest = Infinity;
    for (const partition of this.#list) {
      if (!partition.idle) smallest = Math.min(smallest, partition.maxTime - this.latenessMs);
    }
    return smallest === Infinity ? this.#floor : Math.max(smallest, this.#floor);
  }

  raiseFloor(time: number): void {
    this.#floor = Math.max(this.#floor, time);
  }

  /** Time of the first waiting event; `Infinity` where none waits. */
  get nextTime(): number {
    return this.#waiting.first;
  }

  /** The first waiting event in order of time and arrival; there must be one. */
  takeNext(): Row {
    return this.#waiting.take();
  }

  moveTo(time: number): void {
    if (time > this.#now) this.#now = time;
  }

  save(out: ByteWriter): void {
    out.float(this.#floor);
    out.float(this.#now);
    out.uint(this.#partitions.size);
    for (const [id, partition] of this.#partitions) {
      out.uint(id);
      out.float(partition.maxTime);
      out.boolean(partition.idle);
    }
    out.uint(this.#waiting.size);
    for (const row of this.#waiting.rows()) writeRow(out, row);
  }

  load(input: ByteReader): void {
    this.#floor = input.float();
    this.#now = input.float();
    for (let n = input.uint(); n > 0; n--) {
      const partition = this.#partition(input.uint());
      partition.maxTime = input.float();
      partition.idle = input.boolean();
    }
    for (let n = input.uint(); n > 0; n--) this.#waiting.add(readRow(input));
  }

  #partition(id: number): Partition {
    const known = this.#partitions.get(id);
    if (known !== undefined) return known;
    const partition = { maxTime: -Infinity, idle: false };
    this.#partitions.set(id, partition);
    this.#list.push(partition);
    return partition;
  }
}
