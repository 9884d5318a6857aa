import { describe, expect, test } from "vitest";
import { findBug } from "./campaign.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { runSeed } from "./run-seed.ts";

describe("the simulation", () => {
  for (const bug of plantedBugs) {
    test(`finds out that ${bug.name}`, async () => {
      expect(await findBug(bug, 1000)).toMatch(/^seed \d+: /);
    });
  }

  test("does the same again with the same seed, step by step", async () => {
    for (const seed of [3, 11, 14]) {
      const first = await runSeed(seed, { trace: true });
      const second = await runSeed(seed, { trace: true });
      expect(first.trace.length).toBeGreaterThan(100);
      expect(second.trace).toEqual(first.trace);
    }
  });
});
