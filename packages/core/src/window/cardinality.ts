/** Registers of a HyperLogLog: 2^14 give a standard error of 1.04 / √16384 = 0.81 %. */
export const REGISTER_BITS = 14;
export const REGISTERS: number = 2 ** REGISTER_BITS;
/** Bits of the hash that a register counts leading zeros of; ranks go to one more. */
const RANK_BITS = 50;
export const RANKS: number = RANK_BITS + 2;

const ALPHA = 1 / (2 * Math.LN2);

/**
 * How many different values gave registers of which `histogram[r]` hold rank r.
 *
 * Source  Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, the improved raw estimator: no table of
 *         corrections, and right from 0 on.
 */
export function cardinality(histogram: Int32Array): number {
  let z = REGISTERS * tau(1 - histogram[RANK_BITS + 1]! / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + histogram[rank]!);
  z += REGISTERS * sigma(histogram[0]! / REGISTERS);
  return Math.round((ALPHA * REGISTERS * REGISTERS) / z);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; z !== before; ) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; z !== before; ) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
