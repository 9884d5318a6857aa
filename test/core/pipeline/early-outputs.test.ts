import { expect, test } from "vitest";
import { Batch } from "../../../packages/core/src/pipeline/task/batch.ts";
import { EarlyOutputs } from "../../../packages/core/src/pipeline/task/early-outputs.ts";

function add(batch: Batch, ...values: readonly string[]): void {
  for (const value of values) batch.messages.push({ topic: "t", key: null, value, headers: {} });
}

/** What was sent, and sends that can be made to fail. */
function log() {
  const sent: string[] = [];
  const failing = { times: 0 };
  let running = 0;
  const outputs = new EarlyOutputs(async (messages) => {
    expect(++running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    if (failing.times-- > 0) throw new Error("down");
    sent.push(...messages.map(({ value }) => String(value)));
  });
  return { sent, failing, outputs };
}

test("what is offered is sent before its commit, in order, and the commit sends the rest alone", async () => {
  const { sent, outputs } = log();
  const [first, second] = [new Batch(), new Batch()];
  add(first, "1", "2");
  outputs.offer(first);
  await expect.poll(() => sent).toEqual(["1", "2"]);
  add(first, "3");
  outputs.offer(first);
  add(second, "4");
  outputs.offer(second);
  await outputs.finish({ batch: first });
  add(second, "5");
  await outputs.finish({ batch: second });
  expect(sent).toEqual(["1", "2", "3", "4", "5"]);
});

test("after a failure nothing overtakes: the commit sends what is left, and says so where it fails too", async () => {
  const { sent, failing, outputs } = log();
  const [first, second] = [new Batch(), new Batch()];
  add(first, "1");
  failing.times = 2;
  outputs.offer(first);
  add(second, "2");
  outputs.offer(second);
  await expect(outputs.finish({ batch: first })).rejects.toThrow("down");
  outputs.offer(second);
  await outputs.finish({ batch: first });
  expect(sent).toEqual(["1"]);
  outputs.offer(second);
  await expect.poll(() => sent).toEqual(["1", "2"]);
});

test("batches that become one have sent what the first of them had, and what follows where all of it was sent", () => {
  const [first, second] = [new Batch(), new Batch()];
  add(first, "1", "2");
  add(second, "3", "4");
  second.sent = 1;
  for (const [sent, expected] of [
    [0, 0],
    [1, 1],
    [2, 3],
  ] as const) {
    first.sent = sent;
    const joined = new Batch();
    joined.append(first);
    joined.append(second);
    expect(joined.sent).toBe(expected);
  }
});
