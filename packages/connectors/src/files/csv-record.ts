/** Why there is no record at a place: not all of it is there yet, or its quotes are broken. */
export type NoRecord = "incomplete" | "text-behind-quote" | "never-closed";

const quote = 34;
const newline = 10;
const carriageReturn = 13;
const space = 32;

/**
 * Reads the fields of the CSV record at `start` into `fields`; answers where the next record begins.
 *
 * A field in quotes may hold delimiters, newlines and doubled quotes, and blanks may follow it; a quote within a field that
 * does not begin with one is text. `atEnd`: nothing comes behind `text`.
 */
export function readRecord(
  text: string,
  start: number,
  delimiter: string,
  atEnd: boolean,
  fields: string[],
): number | NoRecord {
  const separator = delimiter.charCodeAt(0);
  let at = start;
  for (;;) {
    let end: number;
    if (text.charCodeAt(at) === quote) {
      const close = closingQuote(text, at, atEnd);
      if (typeof close === "string") return close;
      const inner = text.slice(at + 1, close);
      fields.push(inner.includes('"') ? inner.replaceAll('""', '"') : inner);
      end = close + 1;
      while (text.charCodeAt(end) === space) end++;
    } else {
      end = endOfPlainField(text, at, separator);
      if (end === text.length && !atEnd) return "incomplete";
      fields.push(text.slice(at, hasReturnBefore(text, at, end, separator) ? end - 1 : end));
    }
    if (end === text.length) return atEnd ? end : "incomplete";
    const code = text.charCodeAt(end);
    if (code === separator) {
      at = end + 1;
      continue;
    }
    if (code === newline) return end + 1;
    // Only behind a closing quote is a CR still to be seen.
    if (code !== carriageReturn) return "text-behind-quote";
    if (end + 1 === text.length) return atEnd ? end + 1 : "incomplete";
    return text.charCodeAt(end + 1) === newline ? end + 2 : "text-behind-quote";
  }
}

function closingQuote(text: string, open: number, atEnd: boolean): number | NoRecord {
  for (let from = open + 1; ; ) {
    const at = text.indexOf('"', from);
    if (at === -1) return atEnd ? "never-closed" : "incomplete";
    if (at + 1 === text.length) return atEnd ? at : "incomplete";
    if (text.charCodeAt(at + 1) !== quote) return at;
    from = at + 2;
  }
}

function endOfPlainField(text: string, start: number, separator: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === separator || code === newline) break;
    at++;
  }
  return at;
}

/** Whether the CR before `end` belongs to the end of the line, or of the file. */
function hasReturnBefore(text: string, start: number, end: number, separator: number): boolean {
  return end > start && text.charCodeAt(end - 1) === carriageReturn && text.charCodeAt(end) !== separator;
}
