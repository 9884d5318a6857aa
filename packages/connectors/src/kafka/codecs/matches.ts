/** A stretch of literal bytes, then a copy of `length` bytes from `offset` bytes before; the last one has length 0. */
export type OnMatch = (literalStart: number, literalEnd: number, offset: number, length: number) => void;

const hashBits = 14;
const minMatch = 4;

/**
 * Greedy search for repetitions, with a hash table of the last place of each four bytes.
 *
 * `tail`: so many bytes at the end are literals, for formats that ask for it.
 */
export function findMatches(input: Buffer, tail: number, maxOffset: number, onMatch: OnMatch): void {
  const table = new Int32Array(1 << hashBits).fill(-1);
  const limit = input.length - Math.max(tail, minMatch);
  let literal = 0;
  let at = 0;
  while (at <= limit) {
    const word = input.readInt32LE(at);
    const slot = Math.imul(word, -1_640_531_535) >>> (32 - hashBits);
    const before = table[slot] ?? -1;
    table[slot] = at;
    if (before < 0 || at - before > maxOffset || input.readInt32LE(before) !== word) {
      at++;
      continue;
    }
    const end = input.length - tail;
    let length = minMatch;
    while (at + length < end && input[before + length] === input[at + length]) length++;
    if (at + length > end) break;
    onMatch(literal, at, at - before, length);
    at += length;
    literal = at;
  }
  onMatch(literal, input.length, 0, 0);
}

/** Copies within one buffer byte by byte in effect: a copy that overlaps itself repeats. */
export function copyBack(output: Buffer, at: number, offset: number, length: number): void {
  if (offset >= length) output.copyWithin(at, at - offset, at - offset + length);
  else if (offset === 1) output.fill(output[at - 1] ?? 0, at, at + length);
  else for (let i = 0; i < length; i++) output[at + i] = output[at + i - offset] ?? 0;
}
