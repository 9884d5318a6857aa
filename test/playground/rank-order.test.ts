import fc from "fast-check";
import { expect, test } from "vitest";
import { denseRanks, orderByRank } from "../../packages/playground/src/engine/rank-order.ts";

const values = fc.array(
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double(), fc.constantFrom(Number.NaN, "a", "b", "B", "")),
);

/** Numbers, then what is none, then texts. */
function compare(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  if (typeof a === "string" || typeof b === "string") return a === b ? 0 : a < b ? -1 : 1;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

test("an order by ranks is what a stable sort by the values gives, both ways", () => {
  fc.assert(
    fc.property(values, (given) => {
      const places = given.map((_, i) => i);
      const ranks = denseRanks(given);
      const up = [...places].sort((a, b) => compare(given[a]!, given[b]!));
      const down = [...places].sort((a, b) => compare(given[b]!, given[a]!));
      expect([...orderByRank(places, ranks, false)]).toEqual(up);
      expect([...orderByRank(places, ranks, true)]).toEqual(down);
    }),
    { numRuns: 500 },
  );
});
