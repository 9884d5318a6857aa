import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter } from "../../../packages/core/src/snapshot/bytes.ts";
import { discrepancy } from "./naive.ts";
import { allAggregates, anyScript, anyValue, kinds, modes, Runner, SLOTS } from "./script.ts";

describe.each(modes)("a $name window", (mode) => {
  const { sliceMs } = mode;

  test.each(kinds)("of $kind has every aggregate equal to its recomputation", ({ script }) => {
    fc.assert(
      fc.property(script, (steps) => {
        const runner = new Runner(mode);
        for (const step of steps) {
          runner.run(step);
          const list = runner.lists[step.slot]!;
          const values = list.map((event) => event.value);
          for (const [i, spec] of allAggregates.entries()) {
            const value = runner.store.value(step.slot, i);
            const expected = discrepancy(spec, values, value);
            expect(expected, `${spec.fn} of ${JSON.stringify(values)} is ${JSON.stringify(value)}`).toBeNull();
          }
          // Of windows that nothing leaves it is not known.
          const first = list[0]?.time ?? Number.POSITIVE_INFINITY;
          const oldest = mode.mode === "growing" && list.length > 0 ? Number.NEGATIVE_INFINITY : first;
          expect(runner.store.count(step.slot)).toBe(list.length);
          expect(runner.store.oldest(step.slot)).toBe(
            sliceMs === null || list.length === 0 ? oldest : Math.floor(oldest / sliceMs) * sliceMs,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  test("goes on bit by bit the same after save and load, at any point", () => {
    fc.assert(
      fc.property(anyScript(anyValue), fc.array(fc.nat(150), { maxLength: 3 }), (steps, points) => {
        const whole = new Runner(mode);
        const halved = new Runner(mode);
        for (const [i, step] of steps.entries()) {
          if (points.includes(i)) moveToFreshStore(halved);
          whole.run(step);
          halved.run(step);
          expect(halved.values(step.slot)).toStrictEqual(whole.values(step.slot));
          expect(halved.store.oldest(step.slot)).toBe(whole.store.oldest(step.slot));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("keeps slots apart: what happens to one leaves the others as they are", () => {
    fc.assert(
      fc.property(anyScript(anyValue), (steps) => {
        const together = new Runner(mode);
        for (const step of steps) together.run(step);
        for (let slot = 0; slot < SLOTS; slot++) {
          const alone = new Runner(mode);
          for (const step of steps) if (step.slot === slot) alone.run(step);
          expect(alone.values(slot)).toStrictEqual(together.values(slot));
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** All slots at once, or one by one into a store that has others: the bytes hold no place. */
function moveToFreshStore(runner: Runner): void {
  const to = runner.fresh();
  for (let slot = SLOTS - 1; slot >= 0; slot--) {
    const out = new ByteWriter();
    runner.store.save(slot, out);
    const input = new ByteReader(out.bytes());
    to.load(slot, input);
    expect(input.atEnd).toBe(true);
  }
  runner.store = to;
}
