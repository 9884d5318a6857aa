import type { BatchWork, Counts, PipelineEvent } from "../contracts/observer.ts";
import type { LogMessage } from "../contracts/log.ts";
import type { SinkAlert } from "../contracts/sink.ts";

export type MutableCounts = { -readonly [Name in keyof Counts]: number };

/** What evaluation made since the last commit was sealed. */
export class Batch {
  readonly messages: LogMessage[] = [];
  /** How many of them were sent before the commit, from the first on. */
  sent = 0;
  /** Alerts for sinks that are written to directly. */
  readonly alerts: SinkAlert[] = [];
  readonly counts: MutableCounts = noCounts();
  /** What the observer is told when this is committed, and not before. */
  readonly told: PipelineEvent[] = [];
  /** Records taken, whatever became of them. */
  records = 0;
  readonly work: { -readonly [Name in keyof BatchWork]: number } = {
    receivedAt: 0,
    startedAt: 0,
    decodeMs: 0,
    evaluateMs: 0,
  };

  append(other: Batch): void {
    if (this.sent === this.messages.length) this.sent += other.sent;
    for (const message of other.messages) this.messages.push(message);
    for (const alert of other.alerts) this.alerts.push(alert);
    for (const event of other.told) this.told.push(event);
    addCounts(this.counts, other.counts);
    if (this.records === 0) {
      this.work.receivedAt = other.work.receivedAt;
      this.work.startedAt = other.work.startedAt;
    }
    this.work.decodeMs += other.work.decodeMs;
    this.work.evaluateMs += other.work.evaluateMs;
    this.records += other.records;
  }

  get empty(): boolean {
    return this.records === 0 && this.messages.length === 0 && this.alerts.length === 0;
  }
}

export function noCounts(): MutableCounts {
  return { consumed: 0, processed: 0, late: 0, deadLetters: 0, skipped: 0, alerts: 0 };
}

export function addCounts(sum: MutableCounts, more: Counts): void {
  sum.consumed += more.consumed;
  sum.processed += more.processed;
  sum.late += more.late;
  sum.deadLetters += more.deadLetters;
  sum.skipped += more.skipped;
  sum.alerts += more.alerts;
}
