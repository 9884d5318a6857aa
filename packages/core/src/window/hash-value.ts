import type { ValueKey } from "./value-key.ts";

const view = new DataView(new ArrayBuffer(8));

/** The two halves of the last hash. */
export const hash: { high: number; low: number } = { high: 0, low: 0 };

/** Hashes a value's key to 64 bits, into `hash`; the same on every machine. */
export function hashKey(key: ValueKey): void {
  hash.low = 0x2545f491;
  if (typeof key === "number") {
    hash.high = 0x1b873593;
    view.setFloat64(0, key);
    absorb(view.getInt32(0));
    absorb(view.getInt32(4));
  } else {
    hash.high = key.length | 0;
    for (let i = 0; i < key.length; i++) absorb(key.charCodeAt(i));
  }
  const high = mix(hash.high ^ hash.low);
  hash.low = mix((hash.low + Math.imul(high, 0x9e3779b1)) | 0) >>> 0;
  hash.high = high >>> 0;
}

function absorb(word: number): void {
  const high = Math.imul(hash.high ^ word, 0xcc9e2d51);
  const low = Math.imul(hash.low ^ word, 0x85ebca6b);
  hash.high = (high << 13) | (high >>> 19);
  hash.low = (low << 15) | (low >>> 17);
}

/** The finalizer of MurmurHash3. */
function mix(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
