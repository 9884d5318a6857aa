import type { EventData } from "@weir/core";
import { guessDelimiter, readHeader } from "./csv-header.ts";
import { type NoRecord, readRecord } from "./csv-record.ts";
import { csvValue, ownText } from "./csv-value.ts";
import { type EventBatch, isEmpty, type OpenBatch, openBatch, shorten } from "./event-batch.ts";
import { ReadError } from "./read-error.ts";
import { setOwn } from "./set-own.ts";

export interface CsvOptions {
  /** Default: the one of `,` `;` tab `|` that the header holds most often. */
  readonly delimiter?: string;
  /** `text`: every field stays text, an empty one is NULL. Default `auto`: see `csvValue`. */
  readonly types?: "auto" | "text";
  /** A longer record is bad. Default 1 MiB (16 MiB for a line of NDJSON). */
  readonly maxRecordBytes?: number;
  /** The columns that are wanted; others are left out of the events. Default all. */
  readonly fields?: ReadonlySet<string> | null;
}

/** A column that events hold. */
interface Column {
  readonly name: string;
  readonly index: number;
}

/**
 * Reads CSV as of RFC 4180, with a header line: quoted fields may hold delimiters, quotes and newlines; LF and CRLF, a byte
 * order mark. Blank lines are passed over.
 *
 * Errors  a record with more or fewer fields than the header is bad. One with broken quotes, or too long, is bad as far as its
 *         first line, and reading goes on behind that: a stray quote must not swallow what follows.
 *         `ReadError`: `bad-csv-header`; `damaged-csv` where quotes are broken in more than 1,000 records.
 */
export async function* readCsv(
  source: AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): AsyncGenerator<EventBatch, void, undefined> {
  const reader = new CsvReader(options);
  const decoder = new TextDecoder();
  for await (const chunk of source) {
    const batch = reader.read(decoder.decode(chunk, { stream: true }), false);
    if (!isEmpty(batch)) yield batch;
  }
  const batch = reader.read(decoder.decode(), true);
  if (!isEmpty(batch)) yield batch;
}

const defaultMaxRecord = 1024 * 1024;
const maxBrokenRecords = 1000;
/** What a decoder writes for bytes that are not UTF-8. */
const replacement = "\ufffd";

class CsvReader {
  readonly #maxRecord: number;
  readonly #value: (text: string) => unknown;
  #delimiter: string | null;
  readonly #fields: ReadonlySet<string> | null;
  #header: readonly string[] | null = null;
  #columns: readonly Column[] = [];
  /** The records of the events of a batch as they stand in the file, where events do not hold all of them. */
  #texts: string[] = [];
  /** What was given and not yet read: at most one record, not complete. */
  #rest = "";
  #line = 1;
  /** Whether `#rest` continues a line that was set aside. */
  #skippingLine = false;
  #broken = 0;

  constructor(options: CsvOptions) {
    this.#maxRecord = options.maxRecordBytes ?? defaultMaxRecord;
    this.#value = options.types === "text" ? (text) => (text === "" ? null : ownText(text)) : csvValue;
    this.#delimiter = options.delimiter ?? null;
    this.#fields = options.fields ?? null;
  }

  read(text: string, atEnd: boolean): EventBatch {
    const batch = openBatch();
    if (this.#fields !== null) {
      const texts: string[] = [];
      this.#texts = texts;
      batch.textOf = (index) => shorten((texts[index] ?? "").trimEnd());
    }
    this.#rest += text;
    while (this.#readRecords(batch, atEnd)) {
      // A record was broken: go on behind its first line.
    }
    return batch;
  }

  /** Reads the complete records of `#rest`; whether one was set aside and there may be more. */
  #readRecords(batch: OpenBatch, atEnd: boolean): boolean {
    if (this.#skippingLine && !this.#skipLine()) return false;
    const input = this.#rest;
    if (input === "") return false;
    if (this.#delimiter === null) {
      const headerEnd = input.indexOf("\n");
      if (headerEnd === -1 && !atEnd && input.length <= this.#maxRecord) return false;
      this.#delimiter = guessDelimiter(headerEnd === -1 ? input : input.slice(0, headerEnd));
    }
    const mayBeDamaged = input.includes(replacement);
    let read = 0;
    let problem: NoRecord | "too-long" = "incomplete";
    while (read < input.length) {
      const fields: string[] = [];
      const end = readRecord(input, read, this.#delimiter, atEnd, fields);
      problem = typeof end === "string" ? end : end - read > this.#maxRecord ? "too-long" : "incomplete";
      if (typeof end === "string" || problem === "too-long") break;
      this.#addRecord(batch, fields, input.slice(read, end), mayBeDamaged);
      read = end;
    }
    this.#rest = input.slice(read);
    if (problem === "incomplete") {
      if (this.#rest.length <= this.#maxRecord) return false;
      problem = "too-long";
    }
    // Its first line is shown: wait for all of it.
    if (
      problem === "text-behind-quote" &&
      !atEnd &&
      !this.#rest.includes("\n") &&
      this.#rest.length <= this.#maxRecord
    ) {
      return false;
    }
    this.#setAsideLine(batch, this.#reason(problem));
    return true;
  }

  #addRecord(batch: OpenBatch, fields: readonly string[], raw: string, mayBeDamaged: boolean): void {
    const line = this.#line;
    this.#line += countNewlines(raw);
    if (fields.length === 1 && fields[0]!.trim() === "") return;
    if (this.#header === null) {
      this.#header = readHeader(fields);
      this.#columns = this.#header
        .map((name, index) => ({ name, index }))
        .filter(({ name }) => this.#fields === null || this.#fields.has(name));
      return;
    }
    let problem: string | null = null;
    if (fields.length !== this.#header.length) {
      problem = `the record has ${fields.length} fields, the header ${this.#header.length}`;
    } else if (mayBeDamaged && raw.includes(replacement)) problem = "not valid UTF-8";
    if (problem !== null) {
      batch.bad.push({ line, reason: problem, text: shorten(raw.trimEnd()), records: 1 });
      return;
    }
    batch.events.push(toEvent(this.#columns, fields, this.#value));
    batch.lines.push(line);
    if (this.#fields !== null) this.#texts.push(raw);
  }

  /** Sets the first line of `#rest` aside. */
  #setAsideLine(batch: OpenBatch, reason: string): void {
    if (this.#header === null) {
      throw new ReadError("bad-csv-header", `the header line cannot be read: ${reason}`);
    }
    if (++this.#broken > maxBrokenRecords) {
      throw new ReadError(
        "damaged-csv",
        `line ${this.#line}: more than ${maxBrokenRecords} records have broken quotes or are too long`,
        {
          hint: "a field that holds a quote is written in quotes, with the quote doubled",
        },
      );
    }
    const end = this.#rest.indexOf("\n");
    const text = shorten(end === -1 ? this.#rest : this.#rest.slice(0, end).trimEnd());
    batch.bad.push({ line: this.#line, reason, text, records: 1 });
    this.#skippingLine = true;
  }

  #reason(problem: Exclude<NoRecord, "incomplete"> | "too-long"): string {
    switch (problem) {
      case "text-behind-quote":
        return "a quoted field goes on behind its closing quote";
      case "never-closed":
        return "a quoted field is never closed";
      case "too-long":
        return `the record is longer than ${this.#maxRecord} bytes`;
    }
  }

  /** Drops `#rest` up to the end of its first line; whether the end is there. */
  #skipLine(): boolean {
    const end = this.#rest.indexOf("\n");
    this.#rest = end === -1 ? "" : this.#rest.slice(end + 1);
    if (end === -1) return false;
    this.#skippingLine = false;
    this.#line++;
    return true;
  }
}

function toEvent(columns: readonly Column[], fields: readonly string[], value: (text: string) => unknown): EventData {
  const event: Record<string, unknown> = {};
  for (let i = 0; i < columns.length; i++) {
    const { name, index } = columns[i]!;
    setOwn(event, name, value(fields[index]!));
  }
  return event;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
