import { createEngine, type EventData } from "@weir/core";
import { Kafka, logLevel } from "kafkajs";
import { planOf } from "../harness/payments.ts";
import { type Job, Stopwatch, type Taken } from "./measured.ts";
import { type Format, rules } from "./workload.ts";

/** A kafkajs consumer that parses each value, and pushes it into an engine where the job says so; nothing is kept or written. */
export async function bareConsumer(job: Job, { parse }: Format): Promise<Taken> {
  const consumer = new Kafka({ brokers: [job.broker], logLevel: logLevel.NOTHING }).consumer({
    groupId: job.group,
    maxWaitTimeInMs: 100,
    // Decoded before they are counted: large ones would put the time of many events on the wrong side of the warm-up.
    maxBytesPerPartition: 256 * 1024,
  });
  const engine = job.kind === "engine" ? createEngine(planOf(rules)) : null;
  let alerts = 0;
  const take = (event: EventData): void => {
    if (engine !== null) alerts += engine.push("payments", event).length;
  };
  await consumer.connect();
  await consumer.subscribe({ topic: job.topic, fromBeginning: true });
  const watch = new Stopwatch(job);
  await new Promise<void>((resolve, reject) => {
    const eachBatch = ({ batch }: { readonly batch: { readonly messages: readonly { value: Buffer | null }[] } }) => {
      watch.begin();
      for (const { value } of batch.messages) if (value !== null) take(parse(value));
      if (watch.add(batch.messages.length)) resolve();
      return Promise.resolve();
    };
    consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 4, eachBatch }).catch(reject);
  });
  const taken = watch.taken();
  await consumer.disconnect();
  if (engine !== null && alerts === 0) throw new Error("the engine made no alerts");
  return { ...taken, startMs: 0, commits: 0, keysWritten: 0 };
}
