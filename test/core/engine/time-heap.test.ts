import fc from "fast-check";
import { expect, test } from "vitest";
import { TimeHeap } from "../../../packages/core/src/engine/time-heap.ts";

test("items come out in order of time and, within one, of insertion, whatever is taken in between", () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant("take" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (script) => {
      const heap = new TimeHeap<number>();
      let naive: { time: number; item: number }[] = [];
      let n = 0;
      for (const what of script) {
        if (what === "take") {
          const first = Math.min(...naive.map(({ time }) => time));
          expect(heap.first).toBe(first);
          if (naive.length === 0) continue;
          const { item } = naive.find(({ time }) => time === first)!;
          expect(heap.take()).toBe(item);
          naive = naive.filter((other) => other.item !== item);
        } else {
          heap.add(what, n);
          naive.push({ time: what, item: n++ });
        }
        expect(heap.size).toBe(naive.length);
      }
      expect([...heap.entries()]).toEqual(
        naive
          .toSorted((a, b) => (a.time === b.time ? a.item - b.item : a.time - b.time))
          .map(({ time, item }) => [time, item]),
      );
    }),
  );
});
