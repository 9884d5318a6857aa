/** What is known of a text of which whole blocks were hashed. */
export interface BegunHash {
  /** Blocks of eight units. */
  readonly blocks: number;
  readonly h1: number;
  readonly h2: number;
  readonly h3: number;
  readonly h4: number;
}

const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;
const nothing: BegunHash = { blocks: 0, h1: 0, h2: 0, h3: 0, h4: 0 };
/** Longer texts are hashed from memory of their own. */
const scratch = new Uint16Array(4096);

/**
 * A 128-bit hash of a text as 32 hexadecimal digits, for ids: not for secrets.
 *
 * Source  Austin Appleby, MurmurHash3_x86_128 (public domain), over the UTF-16 units of the text, low byte first.
 */
export function hash128(text: string): string {
  const units = text.length <= scratch.length ? scratch : new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return hashUnits(units, text.length, nothing);
}

/** Hashes the whole blocks of the first `length` units, for texts that begin with them. */
export function beginHash(units: Uint16Array, length: number, begun: BegunHash = nothing): BegunHash {
  const blocks = Math.floor(length / 8);
  let { h1, h2, h3, h4 } = begun;
  for (let i = begun.blocks * 8; i < blocks * 8; i += 8) {
    const k1 = units[i]! | (units[i + 1]! << 16);
    const k2 = units[i + 2]! | (units[i + 3]! << 16);
    const k3 = units[i + 4]! | (units[i + 5]! << 16);
    const k4 = units[i + 6]! | (units[i + 7]! << 16);
    h1 ^= Math.imul(rotate(Math.imul(k1, c1), 15), c2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(k2, c2), 16), c3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(k3, c3), 17), c4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(k4, c4), 18), c1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  return { blocks, h1, h2, h3, h4 };
}

/** `hash128` of the text of the first `length` units, of which some blocks were hashed before. */
export function hashUnits(units: Uint16Array, length: number, begun: BegunHash): string {
  const known = beginHash(units, length, begun);
  const i = known.blocks * 8;
  let { h1, h2, h3, h4 } = known;
  const unit = (at: number): number => (at < length ? units[at]! : 0);
  if (length > i + 6) h4 ^= Math.imul(rotate(Math.imul(unit(i + 6) | (unit(i + 7) << 16), c4), 18), c1);
  if (length > i + 4) h3 ^= Math.imul(rotate(Math.imul(unit(i + 4) | (unit(i + 5) << 16), c3), 17), c4);
  if (length > i + 2) h2 ^= Math.imul(rotate(Math.imul(unit(i + 2) | (unit(i + 3) << 16), c2), 16), c3);
  if (length > i) h1 ^= Math.imul(rotate(Math.imul(unit(i) | (unit(i + 1) << 16), c1), 15), c2);
  const bytes = length * 2;
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  return hex(h1, h2, h3, h4);
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function mix(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}

const digits = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** 32 digits in one call: several times as fast as putting together what `toString` gives. */
function hex(a: number, b: number, c: number, d: number): string {
  return String.fromCharCode(
    digits[(a >>> 28) & 15]!,
    digits[(a >>> 24) & 15]!,
    digits[(a >>> 20) & 15]!,
    digits[(a >>> 16) & 15]!,
    digits[(a >>> 12) & 15]!,
    digits[(a >>> 8) & 15]!,
    digits[(a >>> 4) & 15]!,
    digits[a & 15]!,
    digits[(b >>> 28) & 15]!,
    digits[(b >>> 24) & 15]!,
    digits[(b >>> 20) & 15]!,
    digits[(b >>> 16) & 15]!,
    digits[(b >>> 12) & 15]!,
    digits[(b >>> 8) & 15]!,
    digits[(b >>> 4) & 15]!,
    digits[b & 15]!,
    digits[(c >>> 28) & 15]!,
    digits[(c >>> 24) & 15]!,
    digits[(c >>> 20) & 15]!,
    digits[(c >>> 16) & 15]!,
    digits[(c >>> 12) & 15]!,
    digits[(c >>> 8) & 15]!,
    digits[(c >>> 4) & 15]!,
    digits[c & 15]!,
    digits[(d >>> 28) & 15]!,
    digits[(d >>> 24) & 15]!,
    digits[(d >>> 20) & 15]!,
    digits[(d >>> 16) & 15]!,
    digits[(d >>> 12) & 15]!,
    digits[(d >>> 8) & 15]!,
    digits[(d >>> 4) & 15]!,
    digits[d & 15]!,
  );
}
