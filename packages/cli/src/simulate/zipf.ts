import type { Random } from "./random.ts";

/**
 * Draws ranks 0 … count−1 so that few are frequent and many are rare: of weight 1 / (rank + 1 + flatness).
 *
 * Source  Zipf–Mandelbrot law; flatness keeps the first ranks from taking a share that no single person has.
 */
export function createZipf(count: number, flatness: number): (random: Random) => number {
  const cumulative = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank++) {
    total += 1 / (rank + 1 + flatness);
    cumulative[rank] = total;
  }
  return (random) => {
    const target = random.next() * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
