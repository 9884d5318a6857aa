/** Doubles as whole multiples of 2^−1074, the smallest double, in a BigInt: exact at any size. */
export const UNIT_EXPONENT = -1074;

const view = new DataView(new ArrayBuffer(8));

export function toBig(x: number): bigint {
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (high & 0xfffff) * 2 ** 32 + view.getUint32(4);
  const big = exponent === 0 ? BigInt(fraction) : BigInt(fraction + 2 ** 52) << BigInt(exponent - 1);
  return x < 0 ? -big : big;
}

/** mantissa · 2^exponent, the exponent being whole; the mantissa is a double of any size. */
export interface Scaled {
  readonly mantissa: number;
  readonly exponent: number;
}

/** numerator / denominator · 2^unitExponent, rounded to the nearest double mantissa. */
export function quotient(numerator: bigint, denominator: bigint, unitExponent: number): Scaled {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  // 64 bits of quotient and one that says whether anything lies below make the one rounding, in Number(), a correct one.
  const up = Math.max(0, bitLength(denominator) - bitLength(magnitude) + 65);
  const shifted = magnitude << BigInt(up);
  const whole = shifted / denominator;
  const inexact = whole * denominator !== shifted;
  const down = Math.max(0, bitLength(whole) - 64);
  const top = whole >> BigInt(down);
  const sticky = inexact || top << BigInt(down) !== whole ? 1n : 0n;
  const mantissa = Number(top | sticky);
  return { mantissa: negative ? -mantissa : mantissa, exponent: unitExponent + down - up };
}

/** The nearest double; infinite where it is too large for one. */
export function fromScaled(scaled: Scaled): number {
  let x = scaled.mantissa;
  let exponent = scaled.exponent;
  for (; exponent > 1000; exponent -= 1000) x *= 2 ** 1000;
  for (; exponent < -1000; exponent += 1000) x *= 2 ** -1000;
  return x * 2 ** exponent;
}

export function squareRoot(scaled: Scaled): number {
  const odd = scaled.exponent % 2 !== 0;
  const mantissa = odd ? scaled.mantissa * 2 : scaled.mantissa;
  return fromScaled({ mantissa: Math.sqrt(mantissa), exponent: (odd ? scaled.exponent - 1 : scaled.exponent) / 2 });
}

/** The double nearest to a count of units. */
export function fromBig(units: bigint): number {
  return fromScaled(quotient(units, 1n, UNIT_EXPONENT));
}

function bitLength(magnitude: bigint): number {
  return magnitude === 0n ? 0 : 4 * magnitude.toString(16).length;
}
