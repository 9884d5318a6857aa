/** Random numbers that are the same for the same seed, on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** Of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** Of the exponential distribution with this mean. */
  exponential(mean: number): number;
}

/**
 * A generator for a seed; `purpose` gives independent ones for the same seed.
 *
 * Source  sfc32, Chris Doty-Humphrey, PractRand; normal: Box and Muller, 1958.
 */
export function createRandom(seed: number, purpose: number): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = purpose >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum / 2 ** 32;
  };
  // Small seeds differ in few bits: mix before the first number is used.
  for (let i = 0; i < 15; i++) next();
  return {
    next,
    below: (below) => Math.floor(next() * below),
    between: (low, high) => low + next() * (high - low),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}
