import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import {
  createPipeline,
  type Decoder,
  type LogMessage,
  MemoryStateStore,
  type Plan,
  type StateStore,
} from "@weir/core";
import { createAvroDecoder, createSchemaRegistry } from "@weir/connectors/avro";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createNodeHost } from "@weir/connectors/host";
import { createKafkaLog, type KafkaLog } from "@weir/connectors/kafka";
import { createRedisStateStore } from "@weir/connectors/redis";
import { compile } from "@weir/dsl";
import avro from "avsc";
import { Kafka, logLevel } from "kafkajs";

interface Urls {
  readonly kafka: string;
  readonly registry: string;
  readonly redis: string;
}

const events = Number(process.env["WEIR_BENCH_EVENTS"] ?? 200_000);
const keys = Number(process.env["WEIR_BENCH_KEYS"] ?? 200_000);
const perSecond = Number(process.env["WEIR_BENCH_RATE"] ?? 15_000);

/**
 * A pipeline against a broker on this machine: its throughput next to that of a consumer that only parses, the time from produce to
 * alert, and what commits and restarts cost.
 */
export async function run(): Promise<void> {
  const urls = services();
  if (urls === null) {
    console.log("skipped: no servers: npm run services up");
    return;
  }
  const log = createKafkaLog({ brokers: [urls.kafka] });
  try {
    await throughput(urls, log);
    await latency(urls, log);
    await stateCosts(urls);
  } finally {
    await log.close();
  }
}

function services(): Urls | null {
  const { stdout } = spawnSync(process.execPath, ["scripts/services.mjs", "status"], { encoding: "utf8" });
  return (JSON.parse(stdout) as { readonly urls: Urls | null }).urls;
}

const rules = `
STREAM payments { user: STRING, merchant: STRING, amount: NUMBER, sent?: NUMBER } TIME ts
RULE velocity FROM payments BY user WITHIN 1h WHEN COUNT() > 60 EMIT HIGH
RULE burst FROM payments BY user WITHIN 10s WHEN COUNT() >= 5 EMIT HIGH
RULE merchants FROM payments BY user WITHIN 1h WHEN COUNT(DISTINCT merchant) >= 40 EMIT MEDIUM
RULE probe FROM payments WHERE amount >= 9_900 EMIT LOW { sent }`;

const schema = {
  type: "record",
  name: "Payment",
  fields: [
    { name: "ts", type: "long" },
    { name: "user", type: "string" },
    { name: "merchant", type: "string" },
    { name: "amount", type: "double" },
  ],
} as const;

interface Payment {
  readonly ts: number;
  readonly user: string;
  readonly merchant: string;
  readonly amount: number;
}

function payments(count: number): readonly Payment[] {
  return Array.from({ length: count }, (_, i) => ({
    ts: Date.UTC(2026, 0, 1) + i * 5,
    user: `u${Math.imul(i, 7919) % 20_000}`,
    merchant: `m${Math.imul(i, 104_729) % 2000}`,
    amount: Math.abs(Math.imul(i, 6151) % 10_000),
  }));
}

// ---------------------------------------------------------------- throughput

async function throughput(urls: Urls, log: KafkaLog): Promise<void> {
  console.log(`${events} payments from one partition, four rules; events/s, and CPU time an event`);
  const registry = createSchemaRegistry({ url: urls.registry });
  const id = await registry.register(`bench-${randomUUID()}`, JSON.stringify(schema));
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  const type = avro.Type.forSchema(schema as unknown as avro.Schema);
  const formats = [
    {
      name: "JSON",
      encode: (payment: Payment) => Buffer.from(JSON.stringify(payment)),
      parse: (value: Buffer): unknown => JSON.parse(value.toString()),
      decoder: (): Decoder => createJsonDecoder({ stream: "payments" }),
    },
    {
      name: "Avro",
      encode: (payment: Payment) => Buffer.concat([header, type.toBuffer(payment)]),
      parse: (value: Buffer): unknown => type.fromBuffer(value.subarray(5)),
      decoder: (): Decoder => createAvroDecoder({ registry, stream: "payments" }),
    },
  ];
  for (const { name, encode, parse, decoder } of formats) {
    const topic = await filled(log, payments(events).map(encode));
    const bare = await bareConsumer(urls.kafka, topic, parse);
    print(`${name}, kafkajs that only parses`, bare, bare);
    for (const delivery of ["at-least-once", "exactly-once"] as const) {
      for (const state of ["memory", "Redis"] as const) {
        const store = state === "memory" ? new MemoryStateStore() : await redisStore(urls);
        print(
          `${name}, ${delivery}, state in ${state}`,
          await pipelineOver(log, topic, decoder(), delivery, store),
          bare,
        );
        await store.close();
      }
    }
  }
}

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

/** The share is of CPU time: what the machine does besides must not count. */
function print(name: string, { ms, cpuMs }: Taken, bare: Taken): void {
  const rate = Math.round((events / ms) * 1000).toLocaleString("en");
  const share = `${Math.round((bare.cpuMs / cpuMs) * 100)} %`;
  const each = ((cpuMs * 1000) / events).toFixed(1);
  console.log(
    `  ${name.padEnd(40)} ${rate.padStart(9)}/s  ${each.padStart(5)} µs CPU each  ${share.padStart(6)} of bare`,
  );
}

async function filled(log: KafkaLog, values: readonly Buffer[]): Promise<string> {
  const topic = `bench-${randomUUID()}`;
  await log.ensureTopics([topic, `${topic}-alerts`, `${topic}-dead`].map((name) => ({ topic: name, partitions: 1 })));
  const producer = await log.producer();
  for (let i = 0; i < values.length; i += 2000) {
    const batch = values.slice(i, i + 2000);
    await producer.send(batch.map((value): LogMessage => ({ topic, partition: 0, key: null, value, headers: {} })));
  }
  await producer.close();
  return topic;
}

async function bareConsumer(broker: string, topic: string, parse: (value: Buffer) => unknown): Promise<Taken> {
  const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
    groupId: randomUUID(),
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let count = 0;
  let stop: () => Taken = () => ({ ms: 0, cpuMs: 0 });
  const taken = await new Promise<Taken>((resolve, reject) => {
    const eachBatch = async ({
      batch,
    }: {
      readonly batch: { readonly messages: readonly { value: Buffer | null }[] };
    }) => {
      if (count === 0) stop = stopwatch();
      for (const { value } of batch.messages) if (value !== null && parse(value) !== null) count++;
      if (count >= events) resolve(stop());
      return Promise.resolve();
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
  await consumer.disconnect();
  return taken;
}

async function pipelineOver(
  log: KafkaLog,
  topic: string,
  decoder: Decoder,
  delivery: "exactly-once" | "at-least-once",
  state: StateStore,
): Promise<Taken> {
  let done = 0;
  let stop: () => Taken = () => ({ ms: 0, cpuMs: 0 });
  let finished: (taken: Taken) => void = () => {};
  const taken = new Promise<Taken>((resolve) => (finished = resolve));
  const pipeline = createPipeline({
    name: `bench-${randomUUID()}`,
    plan: planOf(rules),
    input: { log, inputs: [{ topic, decoder }], alerts: `${topic}-alerts`, deadLetters: `${topic}-dead`, delivery },
    state,
    host: createNodeHost(),
    observer: (event) => {
      if (event.kind === "acquired") stop = stopwatch();
      if (event.kind !== "committed") return;
      done += event.counts.consumed;
      if (done >= events) finished(stop());
    },
  });
  await pipeline.start();
  const result = await Promise.race([taken, pipeline.ended.then(() => taken)]);
  await pipeline.stop();
  return result;
}

function stopwatch(): () => Taken {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { ms: performance.now() - begun, cpuMs: (user + system) / 1000 };
  };
}

// ---------------------------------------------------------------- latency

async function latency(urls: Urls, log: KafkaLog): Promise<void> {
  console.log(
    `from produce to an alert that a reader of committed records sees, ${perSecond} events/s on 4 partitions, JSON`,
  );
  for (const delivery of ["at-least-once", "exactly-once"] as const) {
    const topic = `bench-${randomUUID()}`;
    await log.ensureTopics([
      { topic, partitions: 4 },
      { topic: `${topic}-alerts`, partitions: 1 },
      { topic: `${topic}-dead`, partitions: 1 },
    ]);
    const store = await redisStore(urls);
    const pipeline = createPipeline({
      name: topic,
      plan: planOf(rules),
      input: {
        log,
        inputs: [{ topic, decoder: createJsonDecoder({ stream: "payments" }) }],
        alerts: `${topic}-alerts`,
        deadLetters: `${topic}-dead`,
        delivery,
      },
      state: store,
      host: createNodeHost(),
    });
    await pipeline.start();
    const delays = await measureDelays(urls, log, topic);
    await pipeline.stop();
    await store.close();
    delays.sort((a, b) => a - b);
    const at = (share: number): string => `${Math.round(delays[Math.floor(delays.length * share)] ?? 0)} ms`;
    console.log(
      `  ${delivery.padEnd(14)} p50 ${at(0.5)}, p99 ${at(0.99)}, highest ${at(0.9999)} (${delays.length} alerts)`,
    );
  }
}

/** Of a load of some seconds, without the first two. */
async function measureDelays({ kafka }: Urls, log: KafkaLog, topic: string): Promise<number[]> {
  const consumer = await log.consumer({
    group: randomUUID(),
    topics: [`${topic}-alerts`],
    maxRecords: 1000,
    maxBytes: 1 << 20,
    readCommitted: true,
  });
  const producer = new Worker(new URL("kafka-load.ts", import.meta.url), { workerData: { kafka, topic, perSecond } });
  const load = { over: false };
  producer.once("exit", () => (load.over = true));
  const delays: number[] = [];
  const from = Date.now() + 2000;
  for (let quiet = 0; !load.over || quiet < 3; ) {
    const happening = await consumer.poll(500);
    if (happening.kind === "assigned") {
      for (const partition of happening.partitions) {
        consumer.seek(partition, 0);
        consumer.resume(partition);
      }
    }
    quiet = happening.kind === "idle" ? quiet + 1 : 0;
    if (happening.kind !== "records") continue;
    const now = Date.now();
    for (const { value } of happening.records) {
      const { rule, data } = JSON.parse(Buffer.from(value ?? []).toString()) as {
        rule: string;
        data: { sent: number };
      };
      if (rule === "probe" && data.sent >= from) delays.push(now - data.sent);
    }
  }
  await consumer.close();
  return delays;
}

// ---------------------------------------------------------------- state

async function stateCosts(urls: Urls): Promise<void> {
  const store = await redisStore(urls);
  await store.acquire("bench", "f");
  const value = Buffer.alloc(380, 7);
  const upserts = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `user:u${from + i}`, value }));
  const stage = async (version: number, entries: ReturnType<typeof upserts>): Promise<void> => {
    const from = { version: version - 1, token: version === 1 ? "" : "t" };
    const to = { version, token: "t" };
    await store.stage("bench", "f", { from, to, meta: "", upserts: entries, deletes: [], replace: false });
    await store.promote("bench", "f", to);
  };
  await stage(1, upserts(0, keys));
  const rounds = 50;
  let begun = performance.now();
  for (let i = 0; i < rounds; i++) await stage(i + 2, upserts(i * 1000, 1000));
  const perCommit = (performance.now() - begun) / rounds;
  console.log(`state of ${keys} keys of 380 bytes in Redis`);
  console.log(`  stage and promote 1,000 changed keys          ${perCommit.toFixed(1)} ms`);
  begun = performance.now();
  let loaded = 0;
  for await (const chunk of store.load("bench", "f", { version: rounds + 1, token: "t" })) loaded += chunk.length;
  const seconds = (performance.now() - begun) / 1000;
  console.log(`  load ${loaded} keys after a restart            ${seconds.toFixed(2)} s`);
  await store.clear("bench", "f");
  await store.close();
}

function redisStore({ redis }: Urls): Promise<StateStore> {
  return createRedisStateStore({ url: redis, prefix: `bench-${randomUUID()}`, ttlMs: 600_000 });
}

function planOf(text: string): Plan {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error("the rules have errors");
  return compiled.plan;
}
