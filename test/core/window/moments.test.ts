import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Moments } from "../../../packages/core/src/window/moments.ts";
import { exactMean, exactSum, exactVariance, isNear, isNearest } from "./naive.ts";
import { randomNumbers } from "./random.ts";

const steps = 10_000_000;
const width = 100;

function momentsOf(numbers: readonly number[]): Moments {
  const moments = new Moments(true);
  moments.grow(1);
  for (const x of numbers) moments.add(0, x, 1);
  return moments;
}

describe("after ten million numbers came and went", () => {
  test.each([
    { what: "amounts", next: (random: () => number) => Math.round(random() * 1e6) / 100 },
    { what: "numbers of all digits", next: (random: () => number) => random() * 1000 },
    { what: "1e15 among numbers near 1", next: (random: () => number) => (random() < 0.01 ? 1e15 : 1 + random()) },
    { what: "1e30 among numbers near 1", next: (random: () => number) => (random() < 0.001 ? -1e30 : 1 + random()) },
    { what: "numbers that differ by 1e-9", next: (random: () => number) => 1e6 + random() * 1e-9 },
  ])("SUM, AVG and the deviations of $what have not drifted", ({ next }) => {
    const random = randomNumbers(7);
    const moments = new Moments(true);
    moments.grow(1);
    const window = new Float64Array(width);
    for (let i = 0; i < steps; i++) {
      const x = next(random);
      if (i >= width) moments.remove(0, window[i % width]!, 1);
      moments.add(0, x, 1);
      window[i % width] = x;
      if (i % 500_029 !== 0 || i < width) continue;
      const numbers = [...window];
      expect(isNearest(moments.sum(0)!, exactSum(numbers))).toBe(true);
      expect(isNear(moments.mean(0)!, exactMean(numbers), 51)).toBe(true);
      expect(isNear(moments.variance(0, 1)!, exactVariance(numbers, width - 1), 46)).toBe(true);
      expect(moments.deviation(0, 1)).toBeCloseTo(Math.sqrt(moments.variance(0, 1)!), 12);
    }
  });

  test("equal ones are left, their variance is 0 and their mean is the number", () => {
    const random = randomNumbers(8);
    const moments = momentsOf([]);
    for (let i = 0; i < 10_000; i++) moments.add(0, random() * 1e9, 1);
    const again = randomNumbers(8);
    for (let i = 0; i < 11; i++) moments.add(0, 0.1, 1);
    for (let i = 0; i < 10_000; i++) moments.remove(0, again() * 1e9, 1);
    expect(moments.variance(0, 1)).toBe(0);
    expect(moments.deviation(0, 0)).toBe(0);
    expect(moments.mean(0)).toBe(0.1);
  });
});

test("the order in which numbers come does not matter to SUM", () => {
  const random = randomNumbers(9);
  const numbers = Array.from({ length: 200 }, () => (random() - 0.5) * 10 ** (random() * 40 - 20));
  const sum = momentsOf(numbers).sum(0);
  expect(momentsOf([...numbers].reverse()).sum(0)).toBe(sum);
  expect(momentsOf([...numbers].sort((a, b) => a - b)).sum(0)).toBe(sum);
});

test("the mean of n equal numbers is that number, for every n", () => {
  const random = randomNumbers(10);
  for (let n = 1; n < 300; n++) {
    const x = random() * 100;
    const moments = momentsOf(new Array<number>(n).fill(x));
    expect(moments.mean(0)).toBe(x);
    expect(moments.variance(0, 0)).toBe(0);
  }
});

test("ten times 0.1 are 1", () => {
  expect(momentsOf(new Array<number>(10).fill(0.1)).sum(0)).toBe(1);
});

describe("an overflow", () => {
  test("makes SUM NULL for as long as it lasts, and AVG stays a number", () => {
    const moments = momentsOf([1.5e308, 1.5e308, 3]);
    expect(moments.sum(0)).toBeNull();
    expect(moments.mean(0)).toBe(1e308);
    moments.remove(0, 1.5e308, 1);
    expect(moments.sum(0)).toBe(1.5e308);
    moments.remove(0, 1.5e308, 1);
    expect(moments.sum(0)).toBe(3);
  });

  test("of the variance leaves the standard deviation a number", () => {
    const moments = momentsOf([1e200, -1e200]);
    expect(moments.variance(0, 1)).toBeNull();
    expect(moments.deviation(0, 1)).toBeCloseTo(Math.SQRT2 * 1e200, -190);
  });
});

test("numbers below all others count as well as they can", () => {
  const moments = momentsOf([5e-324, 1e-300, 1]);
  expect(moments.sum(0)).toBe(1);
  moments.remove(0, 1, 1);
  expect(moments.sum(0)).toBe(1e-300);
  moments.remove(0, 1e-300, 1);
  expect(moments.sum(0)).toBe(5e-324);
});

describe("a quick look at a number", () => {
  const numbers = fc.array(
    fc.oneof(
      fc.integer({ min: -1000, max: 1000 }).map((x) => x / 100),
      fc.double({ min: 1e6, max: 1e6 + 1e-6, noNaN: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
    ),
    { minLength: 1, maxLength: 30 },
  );
  const sigmas = fc.constantFrom(1e-9, 0.5, 1, 2, 3, 5);

  test("calls none below that is not", () => {
    fc.assert(
      fc.property(numbers, fc.nat(20), fc.double({ min: -8, max: 8, noNaN: true }), sigmas, (all, gone, at, limit) => {
        const moments = momentsOf(all);
        // What left must leave no trace.
        for (const x of all.slice(0, Math.min(gone, all.length - 1))) moments.remove(0, x, 1);
        const mean = moments.mean(0)!;
        const deviation = moments.deviation(0, 1);
        for (const x of [mean + at * (deviation ?? 1), mean + limit * (deviation ?? 1), mean, ...all]) {
          if (!moments.isBelow(0, x, limit, 1)) continue;
          const distance = deviation === null || deviation === 0 ? null : (x - mean) / deviation;
          expect(distance === null || distance < limit).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("tells all of those that are well below", () => {
    const random = randomNumbers(3);
    const moments = momentsOf(Array.from({ length: 100 }, () => Math.round(random() * 1e4) / 100));
    let told = 0;
    for (let i = 0; i < 1000; i++) if (moments.isBelow(0, random() * 100, 3, 1)) told++;
    expect(told).toBe(1000);
  });
});
