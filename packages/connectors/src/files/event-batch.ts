import type { EventData } from "@weir/core";

/** Some consecutive records of a file: those that hold an event, and those that do not. */
export interface EventBatch {
  readonly events: readonly EventData[];
  /** Where each event begins: its line, counted from 1; in an Avro file the number of its record. */
  readonly lines: readonly number[];
  readonly bad: readonly BadRecord[];
  /** The beginning of the record of an event, as it stands in the file; where fields were left out of the events. Only until the next batch is read. */
  readonly textOf?: (index: number) => string;
  /** Whether an event lacks fields because it was told not to be wanted; where records were skimmed. */
  readonly isSkimmed?: (index: number) => boolean;
  /** The event with all the fields that are wanted, where it was skimmed. Only until the next batch is read. */
  readonly wholeOf?: (index: number) => EventData;
}

/** A record that holds no event. */
export interface BadRecord {
  /** Where it begins: its line, counted from 1; in an Avro file the number of the record. */
  readonly line: number;
  /** A lower-case sentence without a full stop. */
  readonly reason: string;
  /** The beginning of the record; empty where it is not text. */
  readonly text: string;
  /** How many records are lost with it, itself included: more than one where a block of an Avro file is damaged. */
  readonly records: number;
}

/** A batch that is still being filled. */
export interface OpenBatch {
  readonly events: EventData[];
  readonly lines: number[];
  readonly bad: BadRecord[];
  textOf?: (index: number) => string;
  isSkimmed?: (index: number) => boolean;
  wholeOf?: (index: number) => EventData;
}

export function openBatch(): OpenBatch {
  return { events: [], lines: [], bad: [] };
}

export function isEmpty(batch: EventBatch): boolean {
  return batch.events.length === 0 && batch.bad.length === 0;
}

const shownLength = 120;

/** The beginning of a record, for a message. */
export function shorten(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
