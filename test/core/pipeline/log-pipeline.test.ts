import {
  createPipeline,
  type Decoder,
  DecoderUnavailableError,
  type Log,
  LogError,
  type LogRecord,
  MemoryStateStore,
  type Pipeline,
  PipelineError,
  type PipelineEvent,
  type PipelineObserver,
  type PipelineOptions,
  type PipelineSettings,
  type Plan,
  type Sink,
  SinkError,
  type StateStore,
} from "@weir/core";
import { compile } from "@weir/dsl";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeBroker } from "../../simulation/fake-broker.ts";
import { FakeLog } from "../../simulation/fake-log.ts";
import { Link } from "../../simulation/network.ts";
import { readEvent, schemas } from "../../simulation/fake-registry.ts";
import { reference } from "../../simulation/reference.ts";
import { rules } from "../../simulation/rules.ts";
import { SeededRandom } from "../../simulation/seeded-random.ts";
import { SimProcess } from "../../simulation/sim-process.ts";
import { Tally } from "../../simulation/tally.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";

interface Given {
  readonly topics?: readonly string[];
  readonly settings?: Partial<PipelineSettings>;
  readonly state?: StateStore;
  readonly sinks?: readonly Sink[];
  readonly decoder?: Decoder;
  readonly plan?: Plan;
  readonly observer?: PipelineObserver;
  readonly policies?: PipelineOptions["policies"];
  readonly delivery?: "exactly-once" | "at-least-once";
  /** What is done to the client of the broker. */
  readonly client?: (log: Log) => Log;
}

const plan = rules();
const json: Decoder = {
  decode: (_topic, record) => ({ stream: "payments", event: readEvent(record, (id) => schemas.get(id)) }),
};

describe("a pipeline over a log", () => {
  let time: VirtualTime;
  let broker: FakeBroker;
  let link: Link;
  let random: SeededRandom;
  let seen: PipelineEvent[];

  beforeEach(() => {
    time = new VirtualTime();
    random = new SeededRandom(1);
    broker = new FakeBroker(time, random.fork(), new Tally());
    link = new Link("kafka", time, random.fork(), new Tally());
    seen = [];
    for (const topic of ["payments", "refunds", "alerts", "dead-letters"]) broker.createTopic(topic, 1);
  });

  test("refuses input topics that differ in their number of partitions, and names them", async () => {
    broker.createTopic("many", 3);
    const error = await failure(make({ topics: ["payments", "many"] }).start());
    expect(error).toMatchObject({ code: "not-co-partitioned" });
    expect(error.message).toContain("`payments` has 1, `many` has 3");
  });

  test("refuses to start without a topic that it writes to", async () => {
    const options = make({ topics: ["payments", "nowhere"] });
    expect(await failure(options.start())).toMatchObject({ code: "log" });
  });

  test("halts when its input gets more partitions, while it runs and at the next start", async () => {
    put("payments", 10);
    const pipeline = await started({});
    await pass(2000);
    broker.growTopic("payments", 2);
    await pass(61_000);
    expect(pipeline.status().phase).toBe("halted");
    expect(await failure(pipeline.ended)).toMatchObject({ code: "partitions-changed" });
    expect(await failure(make({}).start())).toMatchObject({ code: "partitions-changed" });
  });

  test("halts where retention took what comes next, or goes on and says what is missing", async () => {
    for (let i = 0; i < 10; i++) put("payments", 10);
    const state = new MemoryStateStore();
    const first = await started({ state });
    await pass(2000);
    await within(first.stop());
    for (let i = 0; i < 10; i++) put("payments", 10);
    broker.trim({ topic: "payments", partition: 0 }, 15);
    const strict = await started({ state });
    await pass(2000);
    const error = await failure(strict.ended);
    expect(error).toMatchObject({ code: "offset-gap", hint: expect.stringContaining("onGap") as string });
    await started({ state, settings: { onGap: "earliest" } });
    await pass(15_000);
    const [gap] = letters();
    expect(gap).toMatchObject({ "weir-code": "offset-gap", "weir-offset": "10" });
    expect(broker.highestCommitted("p", { topic: "payments", partition: 0 })).toBe(20);
  });

  test("makes state again from the log that no store has, and halts where the log has not all of it", async () => {
    for (let i = 0; i < 10; i++) put("payments", 10);
    const first = await started({ state: new MemoryStateStore() });
    await pass(2000);
    await within(first.stop());
    const second = await started({ state: new MemoryStateStore() });
    put("payments", 10);
    await pass(2000);
    expect(seen.some((event) => event.kind === "acquired" && event.state === "rebuilt")).toBe(true);
    expectEachOnce();
    await within(second.stop());
    broker.trim({ topic: "payments", partition: 0 }, 5);
    const third = await started({ state: new MemoryStateStore() });
    await pass(2000);
    expect(await failure(third.ended)).toMatchObject({
      code: "state-lost",
      hint: expect.stringContaining("weir reset") as string,
    });
  });

  test("waits while the decoder lacks what it needs, and loses nothing", async () => {
    let down = true;
    const waiting: Decoder = {
      prepare: () => (down ? Promise.reject(new DecoderUnavailableError("the registry does not answer")) : null),
      decode: (topic, record) => json.decode(topic, record),
    };
    put("payments", 10);
    const pipeline = await started({ decoder: waiting, settings: { maxBackoffMs: 1000 } });
    await pass(30_000);
    expect(pipeline.status().tasks).toMatchObject([{ phase: "waiting", reason: "the registry does not answer" }]);
    down = false;
    await pass(5000);
    expect(pipeline.status()).toMatchObject({ counts: { consumed: 1, processed: 1, deadLetters: 0 } });
  });

  test("reads several topics as one task, and does not wait for a silent one for ever", async () => {
    put("payments", 10);
    const pipeline = await started({ topics: ["payments", "refunds"], settings: { idleMs: 5000 } });
    await pass(2000);
    expect(pipeline.status().tasks).toMatchObject([{ task: "p:payments+refunds:0" }]);
    put("payments", 960);
    await pass(2000);
    // The clock of the task is still at its beginning: the other topic may have earlier events.
    expect(broker.offsets({ topic: "alerts", partition: 0 }).end).toBe(0);
    await pass(10_000);
    put("payments", 10, 10_000);
    await pass(10_000);
    expect(broker.offsets({ topic: "alerts", partition: 0 }).end).toBeGreaterThan(0);
  });

  test("pauses, resumes, drains and stops with everything committed", async () => {
    const pipeline = await started({});
    pipeline.pause();
    put("payments", 10);
    await pass(3000);
    expect(pipeline.status()).toMatchObject({ phase: "paused", counts: { consumed: 0 } });
    pipeline.resume();
    await pass(3000);
    expect(pipeline.status()).toMatchObject({ phase: "running", counts: { consumed: 1 } });
    for (let i = 0; i < 5; i++) put("payments", 10);
    await pass(10);
    await within(pipeline.drain());
    expect(pipeline.status().tasks).toMatchObject([{ queued: 0 }]);
    expect(await within(pipeline.stop())).toEqual({ clean: true });
    await pipeline.ended;
  });

  test("stops at its deadline while the log is down, says that it was not clean, and repeats nothing afterwards", async () => {
    const state = new MemoryStateStore();
    const pipeline = await started({ state });
    await pass(1000);
    put("payments", 10);
    await pass(1000);
    put("payments", 960);
    // Evaluated, and not yet due.
    await pass(30);
    link.down = true;
    await pass(1000);
    const stopped = await within(pipeline.stop({ deadlineMs: 3000 }));
    expect(stopped).toEqual({ clean: false });
    link.down = false;
    const next = await started({ state });
    put("payments", 10, 5000);
    await pass(20_000);
    expect(next.status()).toMatchObject({ counts: { consumed: 2 } });
    expectEachOnce();
  });

  test("what a sink refuses is a dead letter and the rest is written", async () => {
    const written: string[] = [];
    const picky: Sink = {
      name: "picky",
      write: ({ alerts }) => {
        const refused = alerts.flatMap(({ json }, index) =>
          json.includes('"rule":"large"') ? [{ index, code: "too-large", message: "it is too large" }] : [],
        );
        written.push(...alerts.map(({ id }) => id));
        return Promise.resolve(refused);
      },
      close: () => Promise.resolve(),
    };
    await started({ sinks: [picky] });
    put("payments", 960);
    put("payments", 10, 3000);
    await pass(5000);
    expect(written.length).toBeGreaterThan(1);
    expect(letters()).toMatchObject([{ "weir-code": "too-large", "weir-topic": "alerts" }]);
  });

  test("an observer that throws changes nothing: nothing that was done is done again", async () => {
    let written = 0;
    const counting: Sink = {
      name: "counting",
      write: ({ alerts }) => {
        written += alerts.length;
        return Promise.resolve(alerts.map((_, index) => ({ index, code: "never", message: "it takes nothing" })));
      },
      close: () => Promise.resolve(),
    };
    await started({
      sinks: [counting],
      observer: () => {
        throw new Error("a counter cannot go down");
      },
    });
    put("payments", 960);
    put("payments", 10, 3000);
    await pass(60_000);
    expect(alerts().written.length).toBeGreaterThan(1);
    expect(written).toBe(alerts().written.length);
    expect(letters()).toHaveLength(written);
    expectEachOnce();
  });

  test("a sink that gives up makes a dead letter after its retries; one that cannot work stops alone", async () => {
    let calls = 0;
    const deaf: Sink = {
      name: "deaf",
      batchSize: 1,
      givesUp: true,
      write: () => {
        calls++;
        return Promise.reject(new SinkError("503", { retriable: true }));
      },
      close: () => Promise.resolve(),
    };
    const broken: Sink = {
      name: "broken",
      write: () => Promise.reject(new SinkError("no such table", { retriable: false })),
      close: () => Promise.resolve(),
    };
    const policies = { sinks: { deaf: { retries: 3, breakerFailures: 100 } } };
    const pipeline = await started({ sinks: [deaf, broken], policies });
    put("payments", 960);
    put("payments", 10, 3000);
    await pass(120_000);
    expect(letters()[0]).toMatchObject({
      "weir-code": "not-taken",
      "weir-message": "the sink did not take it in 4 attempts",
    });
    expect(calls).toBe(4 * letters().length);
    const dependencies = pipeline.status().dependencies.find(({ name }) => name === "broken");
    expect(dependencies).toMatchObject({ health: "down", lastError: "no such table" });
    expect(pipeline.status().phase).toBe("running");
  });

  test("a sink that lets batches fill gets full ones at once, others after its time, and the rest when it stops", async () => {
    const batches: { readonly at: number; readonly size: number }[] = [];
    const patient: Sink = {
      name: "patient",
      batchSize: 2,
      lingerMs: 5000,
      write: ({ alerts: given }) => {
        batches.push({ at: time.now() - time.startAt, size: given.length });
        return Promise.resolve([]);
      },
      close: () => Promise.resolve(),
    };
    const pipeline = await started({ sinks: [patient] });
    const put = (n: number): void => {
      for (let i = 0; i < n; i++) {
        broker.append({ topic: "alerts", partition: 0, key: null, value: "{}", headers: { "weir-alert-id": `a${i}` } });
      }
    };
    await pass(1000);
    const from = time.now() - time.startAt;
    put(5);
    await pass(3000);
    expect(batches.map(({ size }) => size)).toEqual([2, 2]);
    await pass(3000);
    expect(batches.map(({ size }) => size)).toEqual([2, 2, 1]);
    const waited = (batches[2]?.at ?? 0) - from;
    expect(waited).toBeGreaterThanOrEqual(5000);
    expect(waited).toBeLessThan(5600);
    put(1);
    await pass(1000);
    expect(batches).toHaveLength(3);
    expect(await within(pipeline.stop())).toEqual({ clean: true });
    expect(batches.map(({ size }) => size)).toEqual([2, 2, 1, 1]);
  });

  test("is not healthy while its input cannot be polled, whatever other calls say", async () => {
    const pipeline = await started({});
    await pass(2000);
    const health = (): unknown => pipeline.status().dependencies.find(({ name }) => name === "log")?.health;
    expect(health()).toBe("ok");
    link.down = true;
    put("payments", 10);
    await pass(10_000);
    expect(health()).not.toBe("ok");
    link.down = false;
    await pass(60_000);
    expect(health()).toBe("ok");
  });

  test("a log that says that a coordinator moves does not open the breaker, at the start and in the middle", async () => {
    const codes = ["not-coordinator-for-group", "group-load-in-progress", "not-leader-for-partition"];
    let refused = 0;
    const moving = (log: Log): Log => {
      const answers = [...codes];
      const member = log.consumer.bind(log);
      const refuse = (): LogError => {
        refused++;
        return new LogError("it moves", { kind: "retriable", code: answers.shift() ?? "" });
      };
      log.consumer = async (options) => {
        if (answers.length > 0) throw refuse();
        const consumer = await member(options);
        const commit = consumer.commit.bind(consumer);
        answers.push(...codes);
        consumer.commit = (offsets) => (answers.length > 0 ? Promise.reject(refuse()) : commit(offsets));
        return consumer;
      };
      return log;
    };
    const policies = { log: { breakerFailures: 1 } };
    const pipeline = await started({ policies, client: moving, delivery: "at-least-once" });
    put("payments", 960);
    await pass(60_000);
    expect(refused).toBe(2 * codes.length);
    expect(seen.filter(({ kind }) => kind === "breaker")).toEqual([]);
    expect(pipeline.status()).toMatchObject({ phase: "running", counts: { consumed: 1 } });
  });

  for (const delivery of ["exactly-once", "at-least-once"] as const) {
    test(`under load state is written for several commits at once, and all of it when the load is over (${delivery})`, async () => {
      const settings = { commitEvents: 5, queueRecords: 60, pollRecords: 20, releaseMs: 5000 };
      const state = new MemoryStateStore();
      for (let i = 0; i < 399; i++) put("payments", 960, i);
      put("payments", 10, 3400);
      const pipeline = await started({ settings, state, delivery });
      await pass(20_000);
      const commits = seen.filter((event) => event.kind === "committed");
      const written = new Set(commits.map(({ version }) => version));
      expect(commits.length).toBeGreaterThan(2 * written.size);
      expectEachOnce();
      // Nothing more came, and yet what is stored is at the end.
      await state.acquire("p:payments:0", "test");
      const { base } = await state.read("p:payments:0", "test");
      expect(base?.version).toBe(Math.max(...written));
      expect(JSON.parse(base?.meta ?? "")).toMatchObject({ positions: [400] });
      await within(pipeline.stop());
    });
  }

  test("a stop leaves no timer behind, and waits for no attempt to come while a sink or the log is down", async () => {
    const down: Sink = {
      name: "down",
      write: () => Promise.reject(new SinkError("not now", { retriable: true })),
      close: () => Promise.resolve(),
    };
    const pipeline = await started({ sinks: [down] });
    put("payments", 960);
    put("payments", 10, 3000);
    await pass(120_000);
    const before = time.now();
    expect(await within(pipeline.stop({ deadlineMs: 60_000 }))).toEqual({ clean: true });
    expect(time.now() - before).toBeLessThan(10_000);
    expect(time.waiting).toBe(0);
  });

  test("keys that left memory and never come back go from the store while it runs, in pieces", async () => {
    const state = new MemoryStateStore();
    const short = compile(
      'STREAM payments TIME ts RULE busy FROM payments BY user WITHIN 10s WHEN COUNT() > 99 EMIT LOW "x"',
    );
    if (!short.ok) throw new Error("the rules have errors");
    const keysStored = async (): Promise<number> => {
      const { base } = await state.read("p:payments:0", await fence());
      let keys = 0;
      for await (const page of state.load("p:payments:0", await fence(), base!)) {
        keys += page.filter(({ name }) => name.startsWith("key ")).length;
      }
      return keys;
    };
    // Of the task itself: a fence of another owner would take it.
    let held = "";
    const acquire = state.acquire.bind(state);
    state.acquire = (task, given) => acquire(task, (held = given));
    const fence = (): Promise<string> => Promise.resolve(held);
    const pipeline = await started({ state, plan: short.plan, settings: { residentKeys: 50 } });
    for (let i = 0; i < 3000; i++) put("payments", 10, 0, `once ${i}`);
    await pass(3000);
    expect(await keysStored()).toBe(3000);
    const swept = (): number => seen.reduce((sum, event) => sum + (event.kind === "keys-swept" ? event.gone : 0), 0);
    for (let i = 0; i < 300 && (await keysStored()) > 60; i++) {
      put("payments", 10, 0, "always");
      await pass(1000);
    }
    expect(swept()).toBeGreaterThan(2500);
    expect(await keysStored()).toBeLessThan(60);
    for (const event of seen) if (event.kind === "keys-swept") expect(event.looked).toBeLessThanOrEqual(500);
    expect(pipeline.status().tasks[0]?.keys).toBeLessThan(60);
  });

  function make({ topics = ["payments"], settings, state, sinks, policies, delivery, ...given }: Given): Pipeline {
    const process = new SimProcess("p", time, random.fork());
    const log = new FakeLog(broker, link, process);
    return createPipeline({
      name: "p",
      plan: given.plan ?? plan,
      input: {
        log: given.client?.(log) ?? log,
        inputs: topics.map((topic) => ({ topic, decoder: given.decoder ?? json })),
        alerts: "alerts",
        deadLetters: "dead-letters",
        ...(delivery === undefined ? {} : { delivery }),
      },
      state: state ?? new MemoryStateStore(),
      host: process.host,
      observer: given.observer ?? ((event) => seen.push(event)),
      ...(settings === undefined ? {} : { settings }),
      ...(sinks === undefined ? {} : { sinks }),
      ...(policies === undefined ? {} : { policies }),
    });
  }

  async function started(given: Given): Promise<Pipeline> {
    const pipeline = make(given);
    await within(pipeline.start());
    return pipeline;
  }

  /** One payment of its own event time, `aheadMs` after now. */
  function put(topic: string, amount: number, aheadMs = 0, user = "u"): void {
    const value = JSON.stringify({ user, amount, ts: time.now() + aheadMs });
    broker.append({ topic, partition: 0, key: null, value, headers: {} });
  }

  function letters(): readonly Readonly<Record<string, unknown>>[] {
    return broker.fetch({ topic: "dead-letters", partition: 0 }, 0, 1000).records.map(({ headers }) => headers);
  }

  /** The alerts that were written, and those that one undisturbed engine makes of the input. */
  function alerts(): { readonly written: readonly unknown[]; readonly wanted: readonly unknown[] } {
    const read = (topic: string): readonly LogRecord[] => broker.fetch({ topic, partition: 0 }, 0, 1000).records;
    const wanted = reference(plan, "p:payments:0", read("payments"), 3_600_000).alerts;
    return {
      written: read("alerts").map(({ value }) => JSON.parse(Buffer.from(value ?? []).toString()) as unknown),
      wanted,
    };
  }

  function expectEachOnce(): void {
    const { written, wanted } = alerts();
    expect(wanted.length).toBeGreaterThan(0);
    expect(written).toEqual(wanted);
  }

  async function pass(ms: number): Promise<void> {
    await time.run(time.now() + ms, () => false);
  }

  async function within<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const finish = (): void => {
      state.done = true;
    };
    work.then(finish, finish);
    await time.run(time.now() + 600_000, () => state.done);
    return work;
  }

  async function failure(work: Promise<unknown>): Promise<PipelineError> {
    try {
      await within(work);
    } catch (error) {
      if (error instanceof PipelineError) return error;
      throw error;
    }
    throw new Error("it did not fail");
  }
});
