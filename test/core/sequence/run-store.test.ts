import { expect, it } from "vitest";
import { Run } from "../../../packages/core/src/sequence/run.ts";
import { RunStore } from "../../../packages/core/src/sequence/run-store.ts";
import { TakenLog } from "../../../packages/core/src/sequence/taken-log.ts";

/** A store of two steps, of which the second shares what it takes, with room for eight keys. */
function storeOf(...began: readonly number[]): RunStore {
  const store = new RunStore(2, (step) => (step === 1 ? new TakenLog(true) : null));
  store.grow(8);
  for (const time of began) store.add(0, 3, new Run(time, time, 0));
  return store;
}

const begins = (store: RunStore): readonly number[] => store.at(0, 3).map(({ began }) => began);

it("runs stay in the order in which they came, whichever of them go", () => {
  for (const gone of [[1], [2], [4], [1, 2], [1, 4], [1, 2, 3, 4], []]) {
    const byOne = storeOf(1, 2, 3, 4);
    for (const run of byOne.at(0, 3)) if (gone.includes(run.began)) byOne.remove(0, 3, run);
    const together = storeOf(1, 2, 3, 4);
    together.retain(0, 3, ({ began }) => !gone.includes(began));
    const left = [1, 2, 3, 4].filter((began) => !gone.includes(began));
    for (const store of [byOne, together]) {
      expect(begins(store)).toEqual(left);
      expect(store.count(3)).toBe(left.length);
      expect(store.oldest(3, true)?.began ?? null).toBe(left[0] ?? null);
      store.add(0, 3, new Run(9, 9, 0));
      expect(begins(store)).toEqual([...left, 9]);
    }
  }
});

it("keys and steps are counted while they have runs", () => {
  const store = storeOf(1, 2);
  store.add(0, 5, new Run(3, 3, 0));
  expect([store.keys, store.live]).toEqual([2, [3, 0]]);
  store.clear(3);
  expect([store.keys, store.live, begins(store)]).toEqual([1, [1, 0], []]);
});

it("a key without runs keeps no log", () => {
  const store = storeOf();
  expect(store.logOf(0, 3)).toBeNull();
  const log = store.logOf(1, 3);
  expect(log).toBeInstanceOf(TakenLog);
  expect(store.logOf(1, 3)).toBe(log);
  store.clear(3);
  expect(store.sharing(1, 3)).toBeNull();
});
