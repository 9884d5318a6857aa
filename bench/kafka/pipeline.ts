import { text } from "node:stream/consumers";
import { createPipeline, MemoryStateStore } from "@weir/core";
import { createNodeHost } from "@weir/connectors/host";
import { createKafkaLog } from "@weir/connectors/kafka";
import { createRedisStateStore } from "@weir/connectors/redis";
import { planOf } from "../harness/payments.ts";
import { type Job, Stopwatch, tell, type Taken } from "./measured.ts";
import { type Format, rules } from "./workload.ts";

/** A pipeline with the four rules, until it has committed what the job says. */
export async function pipeline(job: Job, { decoder }: Format): Promise<Taken> {
  const log = createKafkaLog({ brokers: [job.broker] });
  const state =
    job.state === "memory"
      ? new MemoryStateStore()
      : await createRedisStateStore({ url: job.redis, prefix: job.prefix, ttlMs: 600_000 });
  const watch = new Stopwatch(job);
  const all = Promise.withResolvers<void>();
  const seen = { startMs: 0, commits: 0, keysWritten: 0 };
  const begun = performance.now();
  const running = createPipeline({
    name: job.group,
    plan: planOf(rules),
    input: {
      log,
      inputs: [{ topic: job.topic, decoder: decoder() }],
      alerts: `${job.topic}-alerts`,
      deadLetters: `${job.topic}-dead`,
      delivery: job.delivery,
    },
    state,
    settings: job.settings,
    host: createNodeHost(),
    observer: (event) => {
      if (event.kind === "assigned") tell({ kind: "assigned", partitions: event.partitions.length });
      if (event.kind === "acquired") {
        seen.startMs = performance.now() - begun;
        watch.begin();
        if (job.events === 0) all.resolve();
      }
      if (event.kind !== "committed") return;
      seen.commits++;
      seen.keysWritten += event.upserts;
      if (watch.add(event.counts.consumed)) all.resolve();
    },
  });
  await running.start();
  if (job.waits) {
    running.pause();
    await text(process.stdin);
    running.resume();
  }
  await Promise.race([all.promise, running.ended]);
  const taken = watch.taken();
  await running.stop();
  await state.close();
  await log.close();
  return { ...taken, ...seen };
}
