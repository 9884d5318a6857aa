import type { EventData } from "@weir/core";
import { type EventBatch, isEmpty, type OpenBatch, openBatch, shorten } from "./event-batch.ts";
import { LineReader } from "./json-shape/line-reader.ts";
import { lineBlocks } from "./line-blocks.ts";
import { defaultMaxRecordBytes } from "./limits.ts";
import type { Skim } from "./skim.ts";

export interface NdjsonOptions {
  /** A longer line is a bad record. Default 16 MiB. */
  readonly maxRecordBytes?: number;
  /** The top-level fields that are wanted; others are left out of the events. Default all. */
  readonly fields?: ReadonlySet<string> | null;
  /** Tells which records are not wanted with all their fields: such an event holds those that told, where that is less work. */
  readonly skim?: Skim | null;
}

/**
 * Reads a JSON object per line. Blank lines count as lines and are else passed over; CRLF and a byte order mark are taken.
 *
 * Errors  a line that is not JSON, no object, not UTF-8 or too long is a bad record; the lines after it are read.
 */
export async function* readNdjson(
  source: AsyncIterable<Uint8Array>,
  options: NdjsonOptions = {},
): AsyncGenerator<EventBatch, void, undefined> {
  const maxBytes = options.maxRecordBytes ?? defaultMaxRecordBytes;
  const lines = new Lines(maxBytes, options.fields ?? null, options.skim ?? null);
  for await (const block of lineBlocks(source, maxBytes)) {
    const batch = openBatch();
    if (block.tooLong) addTooLong(batch, block.line, unmarked(lossy.decode(block.bytes), block.line), maxBytes);
    else lines.read(batch, block.bytes, block.line);
    if (!isEmpty(batch)) yield batch;
  }
}

// The mark itself is taken off below, from the first line of the file alone.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const byteOrderMark = 0xfeff;
const newline = 10;

/** Reads blocks of lines: by their shape as long as they have one, else as text. */
class Lines {
  readonly #maxBytes: number;
  readonly #reader: LineReader;
  readonly #isProjected: boolean;
  readonly #skims: boolean;
  /** Of a batch, where the lines begin whose events are skimmed; −1 of others. */
  #starts: number[] = [];

  constructor(maxBytes: number, fields: ReadonlySet<string> | null, skim: Skim | null) {
    this.#maxBytes = maxBytes;
    this.#reader = new LineReader(fields, skim);
    this.#isProjected = fields !== null;
    this.#skims = skim !== null;
  }

  read(batch: OpenBatch, bytes: Uint8Array, firstLine: number): void {
    if (this.#isProjected) {
      batch.textOf = (index) => shorten(lineOf(bytes, (batch.lines[index] ?? firstLine) - firstLine));
    }
    if (this.#skims) {
      const starts: number[] = [];
      this.#starts = starts;
      batch.isSkimmed = (index) => starts[index]! >= 0;
      batch.wholeOf = (index) => this.#wholeAt(bytes, starts[index]!);
    }
    const text = this.#reader.isHopeless ? decode(bytes) : null;
    if (text === null) this.#readBytes(batch, bytes, firstLine);
    else this.#readText(batch, text, firstLine);
  }

  #readText(batch: OpenBatch, text: string, firstLine: number): void {
    let line = firstLine;
    for (let start = 0; start < text.length; line++) {
      const next = text.indexOf("\n", start);
      const end = next === -1 ? text.length : next;
      this.#readLine(batch, text.slice(start, end), line);
      start = end + 1;
    }
  }

  #readBytes(batch: OpenBatch, bytes: Uint8Array, firstLine: number): void {
    const reader = this.#reader;
    const end = bytes.lastIndexOf(newline) + 1;
    reader.begin(bytes);
    let line = firstLine;
    for (let start = 0; start < bytes.length; line++) {
      // What ends without a newline has no end that the reader would see.
      const event = start < end ? reader.read(start) : undefined;
      if (event !== undefined && reader.end - start <= this.#maxBytes) {
        batch.events.push(event);
        batch.lines.push(line);
        if (this.#skims) this.#starts.push(reader.isSkimmed ? start : -1);
        start = reader.end;
      } else start = this.#readOther(batch, bytes, start, line);
    }
  }

  /** A line of no known shape; gives where the next one begins. */
  #readOther(batch: OpenBatch, bytes: Uint8Array, start: number, line: number): number {
    const next = bytes.indexOf(newline, start);
    const end = next === -1 ? bytes.length : next;
    const part = bytes.subarray(start, end);
    const tooLong = part.length > this.#maxBytes;
    const text = tooLong ? null : decode(part);
    if (tooLong) addTooLong(batch, line, unmarked(lossy.decode(part.subarray(0, 512)), line), this.#maxBytes);
    else if (text === null) addBad(batch, line, "not valid UTF-8", unmarked(lossy.decode(part), line));
    else this.#readLine(batch, text, line);
    return end + 1;
  }

  /** The event of a line that was skimmed: one JSON object, in ASCII. */
  #wholeAt(bytes: Uint8Array, start: number): EventData {
    const line = lossy.decode(bytes.subarray(start, bytes.indexOf(newline, start)));
    return this.#reader.project(JSON.parse(line) as EventData);
  }

  #readLine(batch: OpenBatch, given: string, line: number): void {
    const text = unmarked(given, line);
    const maxBytes = this.#maxBytes;
    // A UTF-16 unit is at most 3 bytes: only lines that may be too long are measured.
    if (text.length * 3 > maxBytes && encodedLength(given) > maxBytes) {
      addTooLong(batch, line, text, maxBytes);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (text.trim() !== "") addBad(batch, line, `not JSON: ${parserMessage(error, text)}`, text);
      return;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const what = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
      addBad(batch, line, `a line holds one JSON object, this holds ${what}`, text);
      return;
    }
    batch.events.push(this.#reader.project(value as EventData));
    batch.lines.push(line);
    if (this.#skims) this.#starts.push(-1);
    this.#reader.learn(text, value as EventData);
  }
}

/** The text of a line, counted from 0. It is asked for seldom. */
function lineOf(bytes: Uint8Array, index: number): string {
  let start = 0;
  for (let i = 0; i < index; i++) start = bytes.indexOf(newline, start) + 1;
  const end = bytes.indexOf(newline, start);
  return lossy.decode(bytes.subarray(start, end === -1 ? bytes.length : end)).trimEnd();
}

function unmarked(text: string, line: number): string {
  return line === 1 && text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

function addTooLong(batch: OpenBatch, line: number, text: string, maxBytes: number): void {
  addBad(batch, line, `the line is longer than ${maxBytes} bytes`, text);
}

function addBad(batch: OpenBatch, line: number, reason: string, text: string): void {
  batch.bad.push({ line, reason, text: shorten(text), records: 1 });
}

function decode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

function encodedLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What the JSON parser of the host says, without the text that we show anyway. */
function parserMessage(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(message)?.[1];
  const what = message
    .replace(/^JSON\.parse: /, "")
    .replace(/,? (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, "")
    .replace(/(?: in JSON)? at position .*$/s, "");
  const column = position === undefined ? "" : ` at column ${Math.min(Number(position), text.length) + 1}`;
  return `${what.slice(0, 1).toLowerCase()}${what.slice(1)}${column}`;
}
