/** Texts longer than this are made anew each time: they seldom come again. */
export const MAX_POOLED_LENGTH = 64;

const slots = 1 << 16;
/** What is kept of a text to compare by: its first twelve bytes, and its length. */
const entry = 4;
const comparedBytes = 12;

/**
 * Gives equal ASCII bytes the same string, so that a text that comes again costs no new string, and its hash is known already
 * to whoever looks it up.
 *
 * State   at most 65,536 texts of up to 64 characters; a text takes the place of another with the same hash bits.
 */
export class StringPool {
  readonly #texts: string[] = new Array<string>(slots).fill("");
  readonly #entries: Int32Array = new Int32Array(entry * slots);

  /**
   * The text of `bytes` from `start` to `end`, all ASCII, of which `hash` is made. `first`, `second` and `third` are its first bytes, four in
   * each, the lowest first, and 0 where there are no more.
   */
  text(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    first: number,
    second: number,
    third: number,
  ): string {
    const slot = (hash ^ (hash >>> 16)) & (slots - 1);
    const at = entry * slot;
    const entries = this.#entries;
    const length = end - start;
    if (
      entries[at] === first &&
      entries[at + 1] === second &&
      entries[at + 2] === third &&
      entries[at + 3] === length &&
      (length <= comparedBytes || isText(this.#texts[slot]!, bytes, start))
    ) {
      return this.#texts[slot]!;
    }
    const text = String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
    this.#texts[slot] = text;
    entries[at] = first;
    entries[at + 1] = second;
    entries[at + 2] = third;
    entries[at + 3] = length;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = comparedBytes; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
