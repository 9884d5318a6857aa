import fc from "fast-check";
import { expect, test } from "vitest";
import { TimeBuckets } from "../../../packages/core/src/engine/time-buckets.ts";

test("items come out in order of time and, within one, of insertion, whatever is taken in between", () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant("take" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (script) => {
      const buckets = new TimeBuckets<number>();
      let naive: { time: number; item: number }[] = [];
      let n = 0;
      for (const what of script) {
        if (what === "take") {
          const first = Math.min(...naive.map(({ time }) => time));
          expect(buckets.first).toBe(first);
          expect(buckets.take()).toEqual(naive.filter(({ time }) => time === first).map(({ item }) => item));
          naive = naive.filter(({ time }) => time !== first);
        } else {
          buckets.add(what, n);
          naive.push({ time: what, item: n++ });
        }
        expect(buckets.size).toBe(naive.length);
      }
      expect([...buckets.entries()]).toEqual(
        naive
          .toSorted((a, b) => (a.time === b.time ? a.item - b.item : a.time - b.time))
          .map(({ time, item }) => [time, item]),
      );
    }),
  );
});
