/**
 * Error-free arithmetic on doubles: a sum or product and what its rounding lost, both as doubles.
 *
 * Source  Knuth, TAOCP vol. 2, 4.2.2; Dekker 1971; Shewchuk, "Adaptive precision floating-point arithmetic", 1997.
 */

/** What `s = a + b` lost; exact unless `s` overflows. */
export function sumError(a: number, b: number, s: number): number {
  const bPart = s - a;
  return a - (s - bPart) + (b - bPart);
}

const SPLITTER = 2 ** 27 + 1;

/** What `p = a * b` lost; exact where nothing overflows and no bit falls below 2^−1074. */
export function productError(a: number, b: number, p: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/**
 * Adds `x` to the number that `terms[base … base + count)` stand for by their sum. Returns what did not fit: 0, or a double that
 * still has to be added for the sum to be exact.
 */
export function addTo(terms: Float64Array, base: number, count: number, x: number): number {
  let rest = x;
  for (let i = base; i < base + count; i++) {
    const term = terms[i]!;
    const s = term + rest;
    rest = sumError(term, rest, s);
    terms[i] = s;
    if (rest === 0) return 0;
  }
  return repack(terms, base, count, rest);
}

const scratch = new Float64Array(8);

/** Writes terms and rest anew without overlap, which may make room for the rest. */
function repack(terms: Float64Array, base: number, count: number, rest: number): number {
  for (let i = 0; i < count; i++) scratch[i] = terms[base + i]!;
  scratch[count] = rest;
  for (let pass = 0; pass < count; pass++) {
    for (let i = count; i > 0; i--) {
      const high = scratch[i - 1]!;
      const s = high + scratch[i]!;
      scratch[i] = sumError(high, scratch[i]!, s);
      scratch[i - 1] = s;
    }
  }
  let to = 0;
  let left = 0;
  for (let i = 0; i <= count; i++) {
    const term = scratch[i]!;
    if (term === 0) continue;
    if (to < count) terms[base + to++] = term;
    else left = term;
  }
  while (to < count) terms[base + to++] = 0;
  return left;
}
