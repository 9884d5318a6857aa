import type { EventData } from "@weir/core";
import { type EventBatch, isEmpty, type OpenBatch, openBatch, shorten } from "./event-batch.ts";
import { lineBlocks } from "./line-blocks.ts";
import { defaultMaxRecordBytes } from "./limits.ts";

export interface NdjsonOptions {
  /** A longer line is a bad record. Default 16 MiB. */
  readonly maxRecordBytes?: number;
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
  for await (const block of lineBlocks(source, maxBytes)) {
    const batch = openBatch();
    if (block.tooLong) addTooLong(batch, block.line, unmarked(lossy.decode(block.bytes), block.line), maxBytes);
    else readBlock(batch, block.bytes, block.line, maxBytes);
    if (!isEmpty(batch)) yield batch;
  }
}

// The mark itself is taken off below, from the first line of the file alone.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const byteOrderMark = 0xfeff;
const newline = 10;

function readBlock(batch: OpenBatch, bytes: Uint8Array, firstLine: number, maxBytes: number): void {
  const text = decode(bytes);
  if (text === null) {
    readBlockByLine(batch, bytes, firstLine, maxBytes);
    return;
  }
  let line = firstLine;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    readLine(batch, text.slice(start, end), line, maxBytes);
    start = end + 1;
  }
}

/** Where a block is not UTF-8 as a whole: only the lines that are not are bad. */
function readBlockByLine(batch: OpenBatch, bytes: Uint8Array, firstLine: number, maxBytes: number): void {
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const next = bytes.indexOf(newline, start);
    const end = next === -1 ? bytes.length : next;
    const part = bytes.subarray(start, end);
    const text = part.length > maxBytes ? null : decode(part);
    if (part.length > maxBytes) addTooLong(batch, line, unmarked(lossy.decode(part.subarray(0, 512)), line), maxBytes);
    else if (text === null) addBad(batch, line, "not valid UTF-8", unmarked(lossy.decode(part), line));
    else readLine(batch, text, line, maxBytes);
    start = end + 1;
  }
}

function readLine(batch: OpenBatch, given: string, line: number, maxBytes: number): void {
  const text = unmarked(given, line);
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
  batch.events.push(value as EventData);
  batch.lines.push(line);
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
