import { MemoryStateStore, packEntries, type StateDelta } from "@weir/core";
import { expect, test } from "vitest";
import { defaultPolicies } from "../../../packages/core/src/pipeline/policy/settings.ts";
import { Policy } from "../../../packages/core/src/pipeline/policy/policy.ts";
import { TaskStore } from "../../../packages/core/src/pipeline/task/task-store.ts";
import { SeededRandom } from "../../simulation/seeded-random.ts";
import { SimProcess } from "../../simulation/sim-process.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";

/** A store that takes 1 MB a second. */
class SlowStore extends MemoryStateStore {
  calls = 0;
  readonly #process: SimProcess;

  constructor(process: SimProcess) {
    super();
    this.#process = process;
  }

  override async stage(task: string, fence: string, delta: StateDelta): Promise<void> {
    this.calls++;
    const ms = delta.entries.bytes / 1000;
    await new Promise<void>((done) => this.#process.host.clock.schedule(ms, done));
    await super.stage(task, fence, delta);
  }
}

function setup() {
  const time = new VirtualTime();
  const process = new SimProcess("p", time, new SeededRandom(1));
  const store = new SlowStore(process);
  const isFailure = () => true;
  const options = { host: process.host, isFailure, isRetriable: isFailure };
  const policy = new Policy({ name: "state", settings: defaultPolicies.redis, ...options });
  return { time, store, tasks: new TaskStore(store, policy, "t") };
}

const delta = (bytes: number): StateDelta => {
  const written = [{ name: "a", value: new Uint8Array(bytes) }];
  const to = { version: 1, token: "a" };
  return { from: { version: 0, token: "" }, to, meta: "", entries: packEntries(written), replace: false };
};

test("state that takes long because it is large is staged at the first attempt", async () => {
  const { time, store, tasks } = setup();
  const state = { done: false };
  // Alone it would take 40 s, and a call takes 5 s at most.
  const staged = tasks
    .acquire("f")
    .then(() => tasks.stage(delta(40_000_000)))
    .then(() => tasks.promote({ version: 1, token: "a" }))
    .finally(() => (state.done = true));
  await time.run(time.now() + 600_000, () => state.done);
  await staged;
  expect(store.calls).toBe(1);
  expect((await store.read("t", "f")).base).toMatchObject({ version: 1 });
});

test("state that is small and takes long is given up in the time of a call", async () => {
  const { time, store, tasks } = setup();
  store.stage = () => new Promise<void>(() => {});
  const state = { done: false };
  const startedAt = time.now();
  const staged = tasks
    .acquire("f")
    .then(() => tasks.stage(delta(1000)))
    .finally(() => (state.done = true));
  staged.catch(() => {});
  await time.run(time.now() + 600_000, () => state.done);
  await expect(staged).rejects.toThrow("did not answer within 5000 ms");
  expect(time.now() - startedAt).toBeLessThan(30_000);
});
