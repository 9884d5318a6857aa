import { expect, test } from "vitest";
import { Turns } from "../../../packages/core/src/pipeline/task/turns.ts";

test("turns go round in the order asked for, are kept by who asks again, and pass over who no longer waits", async () => {
  const turns = new Turns();
  const [a, b, c] = [{}, {}, {}];
  const began: string[] = [];
  await turns.take(a);
  await turns.take(a);
  const waiting = [turns.take(b).then(() => began.push("b")), turns.take(c).then(() => began.push("c"))];
  turns.end(b);
  turns.end({});
  expect(began).toEqual([]);
  turns.end(a);
  await waiting[1];
  expect(began).toEqual(["c"]);
  turns.end(c);
  await turns.take(b);
});
