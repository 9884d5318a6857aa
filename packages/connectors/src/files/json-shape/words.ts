/** Bytes that can be read behind the last one, so that four can be read from any of them on. */
export const SLACK = 8;

/**
 * The highest bit of each of four bytes that plain text cannot hold: a quote, a backslash, a control character, or none of ASCII. Above the
 * first such byte more may be set.
 *
 * Source  Alan Mycroft's test for a zero byte: Warren, "Hacker's Delight", 2nd edition, §6-1.
 */
export function specialBits(word: number): number {
  const quotes = word ^ 0x22222222;
  const slashes = word ^ 0x5c5c5c5c;
  const found =
    ((quotes - 0x01010101) & ~quotes) | ((slashes - 0x01010101) & ~slashes) | ((word - 0x20202020) & ~word) | word;
  return found & 0x80808080;
}

/** Which byte is the first whose highest bit is set. */
export function firstOf(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}

/** The first bytes of a word, the others 0. */
export function wordTail(word: number, count: number): number {
  return count === 0 ? 0 : word & (0xffffffff >>> (32 - 8 * count));
}

/** The next four bytes, or as many as are `left`, the others 0. */
export function wordInView(view: DataView, at: number, left: number): number {
  return left <= 0 ? 0 : left >= 4 ? view.getInt32(at, true) : wordTail(view.getInt32(at, true), left);
}

/** `wordInView` where nothing may be read behind the bytes. */
export function wordOf(bytes: Uint8Array, at: number, left: number): number {
  let word = 0;
  for (let i = 0; i < left && i < 4; i++) word |= bytes[at + i]! << (8 * i);
  return word;
}
