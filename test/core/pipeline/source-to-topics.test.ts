import {
  createPipeline,
  type Decoder,
  type LogRecord,
  MemoryStateStore,
  type Pipeline,
  type Source,
  type SourceBatch,
} from "@weir/core";
import { beforeEach, expect, test } from "vitest";
import { FakeBroker } from "../../simulation/fake-broker.ts";
import { FakeLog } from "../../simulation/fake-log.ts";
import { readEvent, schemas } from "../../simulation/fake-registry.ts";
import { Link } from "../../simulation/network.ts";
import { reference } from "../../simulation/reference.ts";
import { rules } from "../../simulation/rules.ts";
import { SeededRandom } from "../../simulation/seeded-random.ts";
import { SimProcess } from "../../simulation/sim-process.ts";
import { Tally } from "../../simulation/tally.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";

const plan = rules();
const decoder: Decoder = {
  decode: (_topic, record) => ({ stream: "payments", event: readEvent(record, (id) => schemas.get(id)) }),
};
type Delivery = "exactly-once" | "at-least-once";

let time: VirtualTime;
let broker: FakeBroker;
let link: Link;
let random: SeededRandom;
let rows: LogRecord[];
/** Up to which position rows may be deleted. */
let acknowledged: number;

beforeEach(() => {
  time = new VirtualTime();
  random = new SeededRandom(1);
  broker = new FakeBroker(time, random.fork(), new Tally());
  link = new Link("kafka", time, random.fork(), new Tally());
  for (const topic of ["alerts", "dead-letters", "late"]) broker.createTopic(topic, 2);
  rows = [];
  acknowledged = 0;
});

/** Rows of a table, in the order of their positions; several may read them. */
function table(process: SimProcess): Source {
  let next = 0;
  return {
    name: "rows",
    open: (position) => Promise.resolve(void (next = position ?? 0)),
    async poll(maxRecords): Promise<SourceBatch> {
      await new Promise<void>((resume) => process.host.clock.schedule(5, resume));
      const records = rows.filter(({ offset }) => offset >= next).slice(0, Math.min(20, maxRecords));
      if (records.length === 0) return { kind: "idle" };
      next = records.at(-1)!.offset + 1;
      return { kind: "records", records, next };
    },
    acknowledge: (position) => Promise.resolve(void (acknowledged = position)),
    close: () => Promise.resolve(),
  };
}

function make(
  state: MemoryStateStore,
  delivery: Delivery,
): { readonly pipeline: Pipeline; readonly process: SimProcess } {
  const process = new SimProcess(`p${time.now()}`, time, random.fork());
  const log = new FakeLog(broker, link, process);
  const pipeline = createPipeline({
    name: "p",
    plan,
    input: {
      source: table(process),
      decoder,
      topics: { log, alerts: "alerts", deadLetters: "dead-letters", late: "late", delivery },
    },
    state,
    host: process.host,
    settings: { commitIntervalMs: 50 },
  });
  return { pipeline, process };
}

function put(count: number): void {
  for (let i = 0; i < count; i++) {
    const offset = rows.length;
    // One is no JSON, one comes late.
    const ts = 1_000_000 + offset * 400 - (offset % 97 === 96 ? 60_000 : 0);
    const text =
      offset % 50 === 49 ? "nothing" : JSON.stringify({ user: `u${offset % 5}`, amount: (offset * 37) % 1000, ts });
    rows.push({ offset, timestamp: ts, key: null, value: Buffer.from(text), headers: {} });
  }
}

const written = (topic: string): readonly LogRecord[] =>
  [0, 1].flatMap((partition) => broker.fetch({ topic, partition }, 0, 100_000).records);
const alertIds = (): readonly string[] =>
  written("alerts").map(({ value }) => (JSON.parse(Buffer.from(value ?? []).toString()) as { readonly id: string }).id);
const wantedIds = (): readonly string[] => reference(plan, "p:rows:0", rows, 3_600_000).alerts.map(({ id }) => id);
const offsetsOf = (topic: string): readonly string[] =>
  written(topic).map(({ headers }) => `${String(headers["weir-offset"])} ${String(headers["weir-code"])}`);

async function until(done: () => boolean): Promise<void> {
  await time.run(time.now() + 120_000, done);
  expect(done()).toBe(true);
}

async function within<T>(work: Promise<T>): Promise<T> {
  const state = { done: false };
  void work.finally(() => (state.done = true)).catch(() => {});
  await time.run(time.now() + 600_000, () => state.done);
  return work;
}

/** Runs over rows that come meanwhile while the process is killed again and again; the store and the broker stay. */
async function killedAgainAndAgain(delivery: Delivery, kills: number): Promise<void> {
  const state = new MemoryStateStore();
  for (let n = 0; n <= kills; n++) {
    const { pipeline, process } = make(state, delivery);
    await within(pipeline.start());
    put(100);
    if (n === kills) {
      await until(() => acknowledged === rows.length);
      await within(pipeline.stop());
      // A transaction is committed before readers see it.
      await time.run(time.now() + 10_000, () => false);
    } else {
      await time.run(time.now() + 20 + Math.floor(random.next() * 150), () => false);
      process.kill();
    }
  }
}

test("alerts of a source are in the topic once, also where the process is killed at any moment", async () => {
  await killedAgainAndAgain("exactly-once", 40);
  expect(wantedIds().length).toBeGreaterThan(200);
  expect(alertIds().toSorted()).toEqual(wantedIds().toSorted());
  const { deadLetters, late } = reference(plan, "p:rows:0", rows, 3_600_000);
  expect(offsetsOf("dead-letters").toSorted()).toEqual(deadLetters.toSorted());
  expect(offsetsOf("late").toSorted()).toEqual(late.map((offset) => `${offset} late`).toSorted());
});

test("without transactions none is lost, and what comes twice has the same id", async () => {
  await killedAgainAndAgain("at-least-once", 40);
  expect(alertIds().length).toBeGreaterThan(wantedIds().length);
  expect([...new Set(alertIds())].toSorted()).toEqual(wantedIds().toSorted());
});

test("a process that was taken for dead and wakes up writes nothing more", async () => {
  const state = new MemoryStateStore();
  const first = make(state, "exactly-once");
  await within(first.pipeline.start());
  put(200);
  await time.run(time.now() + 80, () => false);
  first.process.stopFor(30_000);
  const second = make(state, "exactly-once");
  await within(second.pipeline.start());
  put(200);
  await time.run(time.now() + 60_000, () => false);
  expect(alertIds().toSorted()).toEqual(wantedIds().toSorted());
});

test("the start is refused where a topic is missing", async () => {
  const process = new SimProcess("p", time, random.fork());
  const log = new FakeLog(broker, link, process);
  const topics = { log, alerts: "nowhere", deadLetters: "dead-letters" };
  const options = { name: "p", plan, state: new MemoryStateStore(), host: process.host };
  const pipeline = createPipeline({ ...options, input: { source: table(process), decoder, topics } });
  await expect(within(pipeline.start())).rejects.toMatchObject({
    code: "log",
    message: expect.stringContaining("nowhere") as string,
  });
});
