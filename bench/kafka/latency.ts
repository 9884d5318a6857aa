import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Report } from "../harness/report.ts";
import { emptyTopic } from "./filled-topic.ts";
import { jobOn, startJob } from "./run-job.ts";
import type { Servers } from "./servers.ts";

const perSecond = Number(process.env["WEIR_BENCH_RATE"] ?? 15_000);
const partitions = 4;

/** From produce to an alert that a reader of committed records sees; the load, the pipeline and the reader are three threads or processes. */
export async function latency(report: Report, servers: Servers): Promise<void> {
  const { log, quick } = servers;
  report.heading(`from produce to an alert, ${perSecond} events/s on ${partitions} partitions, JSON, state in redis`);
  for (const [delivery, atMost] of [
    ["at-least-once", 50],
    ["exactly-once", 250],
  ] as const) {
    const topic = await emptyTopic(log, partitions);
    const job = startJob(jobOn(servers, topic, "JSON", { kind: "pipeline", events: null, delivery, state: "redis" }));
    await job.assigned(partitions);
    const delays = await measureDelays(servers, topic, quick ? 5 : 10);
    job.end();
    await job.ended;
    delays.sort((a, b) => a - b);
    const at = (share: number): number => delays[Math.floor(delays.length * share)] ?? Number.NaN;
    report.row(`${delivery}: p50`, at(0.5), "ms");
    report.row(`${delivery}: p99`, at(0.99), "ms", { atMost });
    report.row(`${delivery}: highest of ${delays.length} alerts`, at(0.9999), "ms");
  }
}

/** Of a load of some seconds, without the first two. */
async function measureDelays({ kafka, log }: Servers, topic: string, seconds: number): Promise<number[]> {
  const consumer = await log.consumer({
    group: randomUUID(),
    topics: [`${topic}-alerts`],
    maxRecords: 1000,
    maxBytes: 1 << 20,
    readCommitted: true,
  });
  const workerData = { kafka, topic, perSecond, seconds };
  const producer = new Worker(new URL("load.ts", import.meta.url), { workerData });
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
