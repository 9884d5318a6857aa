import fc from "fast-check";
import { expect, test } from "vitest";
import { roundDecimal } from "../../../packages/core/src/values/round-decimal.ts";

/** Rounds the digits that the number is written with, one character at a time. */
function naive(x: number, digits: number): number {
  const [mantissa, exponent] = Math.abs(x).toExponential().split("e") as [string, string];
  const written = BigInt(mantissa.replace(".", ""));
  const scale = Number(exponent) - (mantissa.length > 1 ? mantissa.length - 2 : 0) + digits;
  const size = 10n ** BigInt(Math.abs(scale));
  const whole = scale >= 0 ? written * size : (written + size / 2n) / size;
  return Number(`${x < 0 ? "-" : ""}${whole}e${-digits}`);
}

test("rounding is that of the written number, halves away from zero", () => {
  const halves = fc
    .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 6 }))
    .map(([n, d]) => Number(`${n}5e-${d}`));
  const x = fc.oneof(halves, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }));
  fc.assert(
    fc.property(x, fc.integer({ min: -6, max: 9 }), (x, digits) => {
      expect(roundDecimal(x, digits) + 0).toBe(naive(x, digits) + 0);
    }),
    { numRuns: 5000 },
  );
});

test("what has no more digits stays as it is, whatever its size", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(roundDecimal(x, 400)).toBe(x);
      expect(roundDecimal(x, -400) + 0).toBe(0);
    }),
  );
});
