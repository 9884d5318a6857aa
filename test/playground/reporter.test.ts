import { expect, test } from "vitest";
import { Reporter } from "../../packages/playground/src/engine/reporter.ts";

test("whoever rests goes on, also where another began to rest meanwhile", async () => {
  const reporter = new Reporter(() => {});
  const order: number[] = [];
  await Promise.all([1, 2, 3].map((i) => reporter.rest().then(() => order.push(i))));
  expect(order).toEqual([1, 2, 3]);
});
