import { expect, test } from "vitest";
import type { EvalContext } from "../../../packages/core/src/evaluate.ts";
import { ByteReader, ByteWriter } from "../../../packages/core/src/snapshot/bytes.ts";
import type { Value } from "../../../packages/core/src/value.ts";
import { createWindowStore } from "../../../packages/core/src/window/create-window-store.ts";
import type { WindowStore } from "../../../packages/core/src/window/window-store.ts";
import { randomNumbers } from "./random.ts";

const context: EvalContext = { row: null, slot: 0, key: [], current: true };
let value: Value = null;

function distinctStore(): WindowStore {
  const store = createWindowStore({
    mode: "sliding",
    sliceMs: null,
    args: [() => value],
    aggregates: [{ fn: "COUNT", arg: 0, distinct: true, percent: null, seconds: null }],
  });
  store.grow(2);
  return store;
}

test.each([
  { what: "many values", next: (random: () => number): Value => Math.floor(random() * 400) },
  { what: "few values", next: (random: () => number): Value => `v${Math.floor(random() * 5)}` },
  { what: "NULL, mostly", next: (random: () => number): Value => (random() < 0.02 ? random() < 0.5 : null) },
])("COUNT(DISTINCT) of $what is exact as windows grow long and short again", ({ next }) => {
  const random = randomNumbers(11);
  let store = distinctStore();
  const lists: Value[][] = [[], []];
  for (let t = 0; t < 12_000; t++) {
    const slot = random() < 0.7 ? 0 : 1;
    const list = lists[slot]!;
    value = next(random);
    store.add(slot, t, context);
    list.push(value);
    // Up to 400 events and down to 20, again and again.
    const most = Math.abs((t % 1600) - 800) / 2;
    store.trimTo(slot, 20 + most);
    while (list.length > 20 + most) list.shift();
    if (t % 2999 === 0) {
      store.reset(slot);
      list.length = 0;
    }
    if (t % 701 === 0) store = reloaded(store);
    const distinct = new Set(list.filter((v) => v !== null)).size;
    if (store.value(slot, 0) !== distinct) expect(store.value(slot, 0), `at ${t}`).toBe(distinct);
  }
});

test("a long window is emptied and loaded in a moment", () => {
  const store = distinctStore();
  for (let t = 0; t < 200_000; t++) {
    value = t;
    store.add(0, t, context);
  }
  const begun = performance.now();
  const again = reloaded(store);
  expect(again.value(0, 0)).toBe(200_000);
  again.reset(0);
  expect(again.value(0, 0)).toBe(0);
  // A scan for each event would take a minute.
  expect(performance.now() - begun).toBeLessThan(5000);
});

function reloaded(store: WindowStore): WindowStore {
  const to = distinctStore();
  for (const slot of [1, 0]) {
    const out = new ByteWriter();
    store.save(slot, out);
    to.load(slot, new ByteReader(out.bytes()));
  }
  return to;
}
