import type { Report } from "../harness/report.ts";
import { emptyTopic, fill, filledTopic } from "./filled-topic.ts";
import type { Taken } from "./measured.ts";
import { jobOn, runJob, startJob } from "./run-job.ts";
import type { Servers } from "./servers.ts";
import { type FormatName, formatOf } from "./workload.ts";

const users = 20_000;
const partitions = 4;

/** The part of a bare consumer's speed, by CPU time, that a pipeline shall have. */
const shareGoal = { atLeast: 80 };
const avroGoal = { atLeast: 100_000 };

/**
 * What an event costs in a process that does nothing else, by its CPU time, and how many come in a second, which depends on what else the
 * machine does. The first quarter of the events warms up and does not count.
 */
export async function throughput(report: Report, servers: Servers): Promise<void> {
  for (const format of ["JSON", "Avro"] as const) {
    await ofPartition(report, servers, format);
    await ofProcess(report, servers, format);
  }
  await checkpoints(report, servers);
}

async function ofPartition(report: Report, servers: Servers, format: FormatName): Promise<void> {
  const events = eventsOf(servers);
  const topic = await topicOf(servers, format, events, 1);
  report.heading(`${format}: ${events.toLocaleString("en")} payments of ${users} users in one partition, four rules`);
  const bare = await runJob(jobOn(servers, topic, format, { kind: "bare", events }));
  tell(report, `${format}, bare kafkajs that parses`, [bare]);
  const engine = await runJob(jobOn(servers, topic, format, { kind: "engine", events }));
  tell(report, `${format}, bare kafkajs and the engine, no state`, [engine], bare);
  const ways = [
    ["at-least-once", "memory"],
    ["at-least-once", "redis"],
    ["exactly-once", "memory"],
    ["exactly-once", "redis"],
  ] as const;
  for (const [delivery, state] of servers.quick ? [ways[0], ways[3]] : ways) {
    const taken = await runJob(jobOn(servers, topic, format, { kind: "pipeline", events, delivery, state }));
    tell(report, `${format}, ${delivery}, state in ${state}`, [taken], bare);
  }
}

/** Several partitions in one process, and in two that share them: the figures are of the one that takes more. */
async function ofProcess(report: Report, servers: Servers, format: FormatName): Promise<void> {
  const events = eventsOf(servers);
  const topic = await topicOf(servers, format, events, partitions);
  report.heading(`${format}: the same in ${partitions} partitions, exactly once, state in redis`);
  const bare = await runJob(jobOn(servers, topic, format, { kind: "bare", events }));
  tell(report, `${format}, bare kafkajs, ${partitions} partitions`, [bare]);
  const way = { kind: "pipeline", delivery: "exactly-once", state: "redis" } as const;
  const alone = await runJob(jobOn(servers, topic, format, { ...way, events }));
  tell(report, `${format}, ${partitions} partitions in one process`, [alone], bare);
  tell(
    report,
    `${format}, ${partitions} partitions in two processes, each`,
    await shared(servers, format, events),
    bare,
  );
}

/** Two processes that have taken half of the partitions each before the first event comes. */
async function shared(servers: Servers, format: FormatName, events: number): Promise<readonly Taken[]> {
  const { log, registry, schemaId } = servers;
  const topic = await emptyTopic(log, partitions);
  const job = jobOn(servers, topic, format, {
    kind: "pipeline",
    delivery: "exactly-once",
    state: "redis",
    events: events / 2,
    waits: true,
  });
  const both = [startJob(job), startJob(job)];
  await Promise.all(both.map(({ assigned }) => assigned(partitions / 2)));
  await fill(log, topic, formatOf(format, registry, schemaId), { events, users });
  for (const { go } of both) go();
  const taken = await Promise.all(both.map(({ ended }) => ended));
  return taken.filter((each) => each !== null);
}

/** What it gives to write state more rarely than outputs. */
async function checkpoints(report: Report, servers: Servers): Promise<void> {
  const events = eventsOf(servers);
  const topic = await topicOf(servers, "JSON", events, 1);
  report.heading("JSON, exactly once, state in redis: state written with every n-th commit");
  const ways = [
    ...[1, 3, 10, 30].map((checkpointEvery) => ({ checkpointEvery, checkpointMs: 0 })),
    { checkpointEvery: 1, checkpointMs: 1000 },
  ];
  for (const settings of servers.quick ? [ways[0]!, ways.at(-1)!] : ways) {
    const way = { kind: "pipeline", events, delivery: "exactly-once", state: "redis", settings } as const;
    const taken = await runJob(jobOn(servers, topic, "JSON", way));
    const name = `checkpointEvery ${settings.checkpointEvery}, checkpointMs ${settings.checkpointMs}`;
    tell(report, name, [taken]);
    report.row(`${name}: keys written for an event`, taken.keysWritten / taken.events, "×");
  }
}

function tell(report: Report, name: string, all: readonly Taken[], bare?: Taken): void {
  const taken = all.toSorted((a, b) => micros(b) - micros(a))[0]!;
  report.row(`${name}: CPU time of an event`, micros(taken), "µs");
  const goal = name.startsWith("Avro, at-least") || name.startsWith("Avro, exactly") ? avroGoal : undefined;
  report.row(`${name}: events`, (taken.warmEvents / taken.warmMs) * 1000, "events/s", goal);
  if (bare === undefined) return;
  const share = (micros(bare) / micros(taken)) * 100;
  report.row(`${name}: of bare`, share, "%", name.includes("no state") ? undefined : shareGoal);
}

function micros({ warmCpuMs, warmEvents }: Taken): number {
  return (warmCpuMs * 1000) / warmEvents;
}

function eventsOf({ quick }: Servers): number {
  return quick ? 120_000 : 400_000;
}

function topicOf({ log, registry, schemaId }: Servers, format: FormatName, events: number, count: number) {
  return filledTopic(log, formatOf(format, registry, schemaId), { events, users, partitions: count });
}
