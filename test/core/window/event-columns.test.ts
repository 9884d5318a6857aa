import { expect, test } from "vitest";
import { createWindowStore } from "../../../packages/core/src/window/create-window-store.ts";
import { eventColumn } from "../../../packages/core/src/window/event-columns.ts";
import { EventRing } from "../../../packages/core/src/window/event-ring.ts";
import { Records } from "../../../packages/core/src/window/records.ts";
import { allAggregates } from "./script.ts";

/** The columns that windows of these aggregates have in a ring of their own. */
function columnsOf(windows: readonly (typeof allAggregates)[]): { bytes: number; names: string[]; lanes: number } {
  const records = new Records();
  const ring = new EventRing(records);
  for (const [i, aggregates] of windows.entries()) {
    const spec = {
      mode: "sliding",
      sliceMs: null,
      args: [() => 1],
      argNames: ["x"],
      aggregates,
      backMs: 10 * (i + 1),
    } as const;
    createWindowStore(spec, records, ring);
  }
  ring.seal();
  const columns = [...ring.columns];
  const names = columns.map(({ name }) => name);
  return { bytes: columns.reduce((sum, { bytes }) => sum + bytes, 0), names, lanes: ring.lanes.length };
}

test.each(allAggregates)("the column of $fn is what is said of it", (aggregate) => {
  const said = eventColumn(aggregate.fn, aggregate.distinct, aggregate.arg !== null);
  expect(columnsOf([[aggregate]]).bytes).toBe(said?.bytes ?? 0);
});

test("windows of different lengths have equal columns once, each as long as its longest window", () => {
  const sum = allAggregates.filter(({ fn }) => fn === "SUM");
  const distinct = allAggregates.filter(({ distinct: differs }) => differs);
  expect(columnsOf([sum, sum, sum])).toEqual({ bytes: 8, names: ["argument x"], lanes: 1 });
  expect(columnsOf([distinct, sum])).toMatchObject({ names: ["ids x", "argument x"], lanes: 2 });
});
