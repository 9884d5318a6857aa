/** Texts longer than this are made anew each time: they seldom come again. */
export const MAX_POOLED_LENGTH = 64;

const slots = 1 << 16;

/**
 * Gives equal ASCII bytes the same string, so that a text that comes again costs no new string, and its hash is known already
 * to whoever looks it up.
 *
 * State   at most 65,536 texts of up to 64 characters; a text takes the place of another with the same hash bits.
 */
export class StringPool {
  readonly #texts: string[] = new Array<string>(slots).fill("");
  readonly #hashes: Int32Array = new Int32Array(slots);

  /** The text of `bytes` from `start` to `end`, all ASCII, of which `hash` is made. */
  text(bytes: Uint8Array, start: number, end: number, hash: number): string {
    const slot = (hash ^ (hash >>> 16)) & (slots - 1);
    const known = this.#texts[slot]!;
    if (this.#hashes[slot] === hash && known.length === end - start && isText(known, bytes, start)) return known;
    const text = String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
    this.#texts[slot] = text;
    this.#hashes[slot] = hash;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
