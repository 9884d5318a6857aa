import { FaultDriver } from "./apply-faults.ts";
import { check, isDone } from "./checks.ts";
import { rules } from "./rules.ts";
import { calmAt, drawScenario, type Scenario } from "./scenario.ts";
import type { Tally } from "./tally.ts";
import { type PlantedBug, Worker } from "./worker.ts";
import { topics, World } from "./world.ts";

export interface SeedResult {
  readonly scenario: Scenario;
  /** What must never be and was; empty for a good run. */
  readonly violations: readonly string[];
  readonly tally: Tally;
  readonly trace: readonly string[];
  readonly steps: number;
}

const recoveryMs = 300_000;
const plan = rules();

/** One run of the real pipeline between fakes, with everything that goes wrong in it decided by the seed. */
export async function runSeed(
  seed: number,
  options: { readonly trace?: boolean; readonly bug?: PlantedBug } = {},
): Promise<SeedResult> {
  const scenario = drawScenario(seed);
  const world = new World(scenario, options.trace ?? false);
  const { time, broker } = world;
  const workers: Worker[] = [];
  const addWorker = (): void => {
    const worker = new Worker(world, plan, workers.length, options.bug ?? null, (who, step) =>
      driver.onStep(who, step),
    );
    workers.push(worker);
    worker.start();
  };
  const driver = new FaultDriver(world, workers, addWorker);
  for (const { at, partition, value } of scenario.inputs) {
    time.schedule(at, () =>
      broker.append({ topic: topics.input, partition, key: null, value: stamped(value, time.startAt), headers: {} }),
    );
  }
  for (let i = 0; i < scenario.workers; i++) addWorker();
  watchQueues(world, workers);
  watchCommits(world);
  let steps = await time.run(time.startAt + calmAt, () => false);
  driver.calm();
  steps += await time.run(time.startAt + calmAt + recoveryMs, () => isDone(world) || world.violations.length > 0);
  if (!isDone(world) && world.violations.length === 0) {
    const phases = workers.flatMap((worker) => worker.pipeline?.status().tasks ?? []);
    world.violated(`not done ${recoveryMs / 1000} s after the last fault: ${JSON.stringify(phases)}`);
  }
  if (world.violations.length === 0) {
    // What is on its way to the store arrives.
    await time.run(time.now() + 1000, () => false);
    await check(world, plan);
  }
  for (const worker of workers) worker.process.kill();
  const { tally, violations, trace } = world;
  return { scenario, violations, tally, trace, steps };
}

/** Event times count from the start of the run. */
function stamped(value: string | null, startAt: number): string | null {
  return value?.replace(/"after":(-?\d+)/, (_all, after: string) => `"ts":${startAt + Number(after)}`) ?? null;
}

function watchQueues(world: World, workers: readonly Worker[]): void {
  const limit = world.scenario.settings.queueRecords ?? Infinity;
  const look = (): void => {
    for (const worker of workers) {
      for (const { task, queued } of worker.pipeline?.status().tasks ?? []) {
        if (queued > limit) world.violated(`${task} has ${queued} records queued, more than ${limit}`);
      }
    }
    world.time.schedule(250, look);
  };
  look();
}

/** One producer commits at a time, and each goes on where the last one was. */
function watchCommits(world: World): void {
  const last = new Map<string, { readonly epoch: number; readonly offset: number }>();
  world.broker.onCommit = (id, epoch, offsets) => {
    for (const { topic, partition, offset } of offsets) {
      const before = last.get(`${topic}:${partition}`) ?? { epoch: 0, offset: 0 };
      if (epoch < before.epoch) world.violated(`${id} committed with epoch ${epoch} after ${before.epoch}`);
      if (offset < before.offset) world.violated(`${id} committed offset ${offset} after ${before.offset}`);
      last.set(`${topic}:${partition}`, { epoch, offset });
    }
  };
}
