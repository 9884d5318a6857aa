import { productError, sumError } from "./exact.ts";

/**
 * n · Σx² − (Σx)² of exact sums, each given as the sum of a few doubles. Rounded to about one unit in the last place whatever
 * cancels, and 0 only where it is 0.
 */
export function scaledVariance(
  n: number,
  sums: Float64Array,
  sumBase: number,
  squares: Float64Array,
  squareBase: number,
): number {
  const s0 = sums[sumBase]!;
  const s1 = sums[sumBase + 1]!;
  const q0 = squares[squareBase]!;
  const q1 = squares[squareBase + 1]!;
  const q2 = squares[squareBase + 2]!;
  const q3 = squares[squareBase + 3]!;

  const qHigh = q0 + q1;
  const qLow = sumError(q0, q1, qHigh) + (q2 + q3);
  const sHigh = s0 + s1;
  const sLow = sumError(s0, s1, sHigh);
  const left = n * qHigh;
  const right = sHigh * sHigh;
  const leftLow = productError(n, qHigh, left) + n * qLow;
  const rightLow = productError(sHigh, sHigh, right) + 2 * sHigh * sLow;
  const high = left - right;
  const difference = high + (sumError(left, -right, high) + (leftLow - rightLow));
  const doubt =
    n * (Math.abs(qLow) + Math.abs(q2) + Math.abs(q3)) + Math.abs(leftLow) + Math.abs(rightLow) + 2 ** -52 * right;
  // The low parts were rounded to 2^−53 of themselves: where that could show, and where all is equal, the exact way decides.
  if (difference > doubt * 2 ** -3) return difference;

  length = 0;
  for (let i = 0; i < 4; i++) addProduct(n, squares[squareBase + i]!);
  addProduct(-s0, s0);
  addProduct(-2 * s0, s1);
  addProduct(-s1, s1);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += expansion[i]!;
  return sum;
}

const expansion = new Float64Array(16);
let length = 0;

function addProduct(a: number, b: number): void {
  const p = a * b;
  if (p === 0) return;
  addTerm(productError(a, b, p));
  addTerm(p);
}

/** Shewchuk's GROW-EXPANSION, without the zeros it makes. */
function addTerm(x: number): void {
  let rest = x;
  let to = 0;
  for (let i = 0; i < length; i++) {
    const term = expansion[i]!;
    const s = rest + term;
    const error = sumError(rest, term, s);
    if (error !== 0) expansion[to++] = error;
    rest = s;
  }
  if (rest !== 0) expansion[to++] = rest;
  length = to;
}
