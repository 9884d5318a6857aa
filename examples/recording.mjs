import { writeFileSync } from "node:fs";

/**
 * Random numbers in [0, 1) that are the same on every machine (mulberry32).
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Writes events in order of their time, one per line.
 *
 * @param {URL} file
 * @param {readonly { ts: number | string }[]} events
 */
export function writeRecording(file, events) {
  const sorted = [...events].sort((a, b) => new Date(a.ts).getTime() - new Date(b.ts).getTime());
  writeFileSync(file, sorted.map((event) => `${JSON.stringify(event)}\n`).join(""));
}
