import { SLACK } from "./json-shape/words.ts";

/** Whole lines of a file, as bytes; the last may lack its newline at the end of the file. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  /** Number of the first line, counted from 1. */
  readonly line: number;
  /** Instead of lines: one that is longer than the limit. `bytes` is its beginning. */
  readonly tooLong: boolean;
}

const newline = 10;
const shownBytes = 512;

/**
 * Cuts chunks of bytes into blocks of whole lines.
 *
 * State   the line that is not complete yet, at most `maxLineBytes` of it; of a longer one its beginning alone.
 */
export async function* lineBlocks(
  source: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<LineBlock, void, undefined> {
  let line = 1;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let skipping = false;

  const hold = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    heldBytes += bytes.length;
    skipping ||= heldBytes > maxLineBytes;
    // A copy, because whoever reads the file may fill its buffer anew.
    if (!skipping) held.push(bytes.slice());
    else if (held.length !== 1 || held[0]!.length !== shownBytes) held = [concat([...held, bytes], shownBytes)];
  };
  const take = (end: Uint8Array): LineBlock => {
    const block = { bytes: held.length === 0 ? end : concat([...held, end]), line, tooLong: skipping };
    held = [];
    heldBytes = 0;
    skipping = false;
    return block;
  };

  for await (const chunk of source) {
    const last = chunk.lastIndexOf(newline);
    if (last === -1) {
      hold(chunk);
      continue;
    }
    let start = 0;
    const first = chunk.indexOf(newline);
    if (skipping || heldBytes + first > maxLineBytes) {
      hold(chunk.subarray(0, first));
      yield take(new Uint8Array(0));
      line++;
      start = first + 1;
    }
    if (start <= last) {
      const lines = chunk.subarray(start, last + 1);
      yield take(lines);
      line += countNewlines(lines);
    }
    hold(chunk.subarray(last + 1));
  }
  if (heldBytes > 0) yield take(new Uint8Array(0));
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

/** The parts as one, at most `limit` bytes of them, in memory of their own. */
function concat(parts: readonly Uint8Array[], limit: number = Infinity): Uint8Array {
  const length = Math.min(
    limit,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  // With room behind it, so that whoever reads several bytes at once need not copy it.
  const whole = new Uint8Array(length + SLACK).subarray(0, length);
  let at = 0;
  for (const part of parts) {
    if (at >= length) break;
    const fitting = part.subarray(0, length - at);
    whole.set(fitting, at);
    at += fitting.length;
  }
  return whole;
}
