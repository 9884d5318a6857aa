import { expect, test } from "vitest";
import { SweepHand } from "../../../packages/core/src/engine/sweep-hand.ts";

/** The slots that a hand visits at events one after the other. */
function visits(hand: SweepHand, size: number, times: readonly number[]): number[] {
  const visited: number[] = [];
  for (const t of times) if (t >= hand.due) hand.move(t, size, (slot) => visited.push(slot));
  return visited;
}

test("a hand whose time is not known visits two slots an event, around and around, and slot 0 never", () => {
  expect(visits(new SweepHand(0), 4, [1, 2, 3])).toEqual([1, 2, 3, 1, 2, 3]);
});

test("a hand goes around within half of the time for which keys are kept, however many events come", () => {
  const size = 1000;
  const hand = new SweepHand(60_000);
  const times = Array.from({ length: 32_000 }, (_, i) => 1000 + i);
  const visited = visits(hand, size, times);
  expect(new Set(visited).size).toBe(size - 1);
  expect(visited.length).toBeLessThan(1.2 * size);
});

test("where keys are kept for ever none is visited", () => {
  expect(visits(new SweepHand(Infinity), 4, [1, 2, 3])).toEqual([]);
});
