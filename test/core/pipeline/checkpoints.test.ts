import { expect, test } from "vitest";
import { Checkpoints } from "../../../packages/core/src/pipeline/task/checkpoints.ts";

test("without load every n-th commit writes state", () => {
  const each = new Checkpoints({ every: 1, maxMs: 1000 });
  expect(commits(each, 4, { busy: false })).toEqual([true, true, true, true]);
  const third = new Checkpoints({ every: 3, maxMs: 1000 });
  expect(commits(third, 6, { busy: false })).toEqual([false, false, true, false, false, true]);
});

test("under load twice as many commits write it together each time, while they have few keys", () => {
  const checkpoints = new Checkpoints({ every: 1, maxMs: 1e9 });
  expect(distances(commits(checkpoints, 64, { busy: true, keys: 10_000 }))).toEqual([1, 2, 4, 8, 16, 32]);
});

test("many keys at once halve the number of commits", () => {
  const checkpoints = new Checkpoints({ every: 1, maxMs: 1e9 });
  commits(checkpoints, 15, { busy: true, keys: 10_000 });
  expect(distances(commits(checkpoints, 33, { busy: true, keys: 100_000 }))).toEqual([16, 8, 4, 2, 1, 1, 1]);
});

test("state is never older than the time given, and not older at all where that is 0", () => {
  const checkpoints = new Checkpoints({ every: 1, maxMs: 300 });
  const written = commits(checkpoints, 100, { busy: true, keys: 10 });
  expect(Math.max(...distances(written))).toBe(3);
  expect(commits(new Checkpoints({ every: 1, maxMs: 0 }), 3, { busy: true, keys: 10 })).toEqual([true, true, true]);
});

test("what was left out under load is owed when the load is over, what `every` leaves out is not", () => {
  const checkpoints = new Checkpoints({ every: 2, maxMs: 1e9 });
  commits(checkpoints, 4, { busy: true, keys: 1 });
  expect([checkpoints.isBehind, checkpoints.owes]).toEqual([false, false]);
  commits(checkpoints, 1, { busy: false });
  expect([checkpoints.isBehind, checkpoints.owes]).toEqual([true, false]);
  commits(checkpoints, 1, { busy: true });
  expect([checkpoints.isBehind, checkpoints.owes]).toEqual([true, true]);
  expect(checkpoints.skips(false, 1e6)).toBe(false);
});

let now = 0;

/** Which of so many commits, 100 ms apart, write state. */
function commits(checkpoints: Checkpoints, count: number, { busy, keys = 0 }: { busy: boolean; keys?: number }) {
  return Array.from({ length: count }, () => {
    now += 100;
    if (checkpoints.skips(busy, now)) {
      checkpoints.skipped();
      return false;
    }
    checkpoints.made(keys, now);
    return true;
  });
}

/** How many commits lie between those that write state. */
function distances(written: readonly boolean[]): readonly number[] {
  const found: number[] = [];
  let last = -1;
  for (const [i, wrote] of written.entries()) {
    if (!wrote) continue;
    found.push(i - last);
    last = i;
  }
  return found;
}
