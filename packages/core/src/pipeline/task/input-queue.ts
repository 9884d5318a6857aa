import type { LogRecord } from "../contracts/log.ts";

/** Records of one poll, of one input. */
export interface QueuedBatch {
  readonly records: readonly LogRecord[];
  /** How many of them were taken. */
  taken: number;
  /** The offset after the last record of the partition when it was polled. */
  readonly end: number;
  /** The position that was expected, where the first record is above it: a gap, harmless or not. */
  readonly gapFrom: number | null;
  /** When it was polled, on the host's clock. */
  readonly at: number;
  /** Whether the decoder has what it needs for these records. */
  prepared: boolean;
}

/** What waits of one input partition, in order, with the bounds that pausing keeps it in. */
export class InputQueue {
  /** The offset after the last queued record. */
  next = 0;
  /** The offset after the last record taken. */
  position = 0;
  /** The end of the partition, as far as known. */
  end = 0;
  /** When a record came last, on the host's clock. */
  lastAt = 0;
  paused = false;
  /** Whether it no longer holds back the clock. */
  idle = false;
  readonly #batches: QueuedBatch[] = [];
  #records = 0;
  #bytes = 0;

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get head(): QueuedBatch | null {
    return this.#batches[0] ?? null;
  }

  /** Appends records that follow `from`; those of a fetch for another position than `next`, before a seek, are left out. */
  push(from: number, records: readonly LogRecord[], end: number): void {
    if (from !== this.next || records.length === 0) return;
    const gapFrom = records[0]!.offset > from ? from : null;
    this.#batches.push({ records, taken: 0, end, at: this.lastAt, gapFrom, prepared: false });
    this.next = records.at(-1)!.offset + 1;
    this.end = Math.max(this.next, end);
    this.#records += records.length;
    for (const record of records) this.#bytes += sizeOf(record);
  }

  /** The next record, which leaves the queue; only where `head` is not `null`. */
  take(): LogRecord {
    const { records, taken } = this.#batches[0]!;
    this.pass(1);
    return records[taken]!;
  }

  /** The next records leave the queue; `head` must have as many. */
  pass(count: number): void {
    const head = this.#batches[0]!;
    const { records, taken } = head;
    head.taken += count;
    for (let n = taken; n < head.taken; n++) this.#bytes -= sizeOf(records[n]!);
    this.#records -= count;
    this.position = records[head.taken - 1]!.offset + 1;
    if (head.taken === records.length) this.#batches.shift();
  }

  /** Forgets what waits and goes on at `position`. */
  reset(position: number): void {
    this.#batches.length = 0;
    this.#records = 0;
    this.#bytes = 0;
    this.position = position;
    this.next = position;
    this.end = Math.max(this.end, position);
  }
}

function sizeOf(record: LogRecord): number {
  // What a record costs besides its bytes.
  return 100 + (record.key?.length ?? 0) + (record.value?.length ?? 0);
}
