/**
 * Rounds to a number of digits after the point, halves away from zero; `digits` may be negative (`-2`: whole hundreds).
 *
 * What counts is the number as it is written, its shortest decimal form: 1.005 rounds to 1.01 and 2.675 to 2.68, although both
 * doubles lie a little below.
 */
export function roundDecimal(x: number, digits: number): number {
  if (digits === 0) return roundWhole(x);
  const quick = quickRound(x, digits);
  return quick ?? roundWritten(x, digits);
}

function roundWhole(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}

/** The result where the scaled number is far from a half, so that the error of scaling cannot matter; else `null`. */
function quickRound(x: number, digits: number): number | null {
  if (digits < 1 || digits > 15) return null;
  const scale = 10 ** digits;
  const scaled = Math.abs(x) * scale;
  if (scaled >= 1e9) return null;
  const whole = Math.floor(scaled);
  const fraction = scaled - whole;
  if (Math.abs(fraction - 0.5) < 1e-6) return null;
  // Both are exact, so the quotient is the double nearest to the decimal.
  const rounded = (fraction > 0.5 ? whole + 1 : whole) / scale;
  return x < 0 ? -rounded : rounded;
}

function roundWritten(x: number, digits: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  // `-1.2345e+2`: sign, digits without the point, power of ten of the first digit.
  const [mantissa, exponent] = Math.abs(x).toExponential().split("e") as [string, string];
  const written = mantissa.replace(".", "");
  const kept = Number(exponent) + 1 + digits;
  if (kept >= written.length) return x;
  if (kept < 0) return 0;
  const up = written.charCodeAt(kept) >= 53;
  const whole = BigInt(`0${written.slice(0, kept)}`) + (up ? 1n : 0n);
  return Number(`${x < 0 ? "-" : ""}${whole}e${-digits}`);
}
