import { workerData } from "node:worker_threads";
import { createKafkaLog } from "@weir/connectors/kafka";

// A load for the benchmark of Kafka, in a thread of its own so that it does not wait for what it measures.
const { kafka, topic, perSecond, seconds } = workerData as {
  readonly kafka: string;
  readonly topic: string;
  readonly perSecond: number;
  readonly seconds: number;
};
const everyMs = 10;

const log = createKafkaLog({ brokers: [kafka], lingerMs: 1, batchBytes: 1024 });
const producer = await log.producer();
const begun = performance.now();
let sent = 0;
while (performance.now() - begun < seconds * 1000) {
  const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
  const now = Date.now();
  const batch = Array.from({ length: due - sent }, (_, i) => {
    const n = sent + i;
    const user = `u${Math.imul(n, 7919) % 20_000}`;
    const amount = Math.abs(Math.imul(n, 6151) % 10_000);
    const value = JSON.stringify({ ts: now, user, merchant: `m${n % 2000}`, amount, sent: now });
    return { topic, key: user, value, headers: {} };
  });
  sent = due;
  await producer.send(batch);
  await new Promise((done) => setTimeout(done, everyMs));
}
await producer.close();
await log.close();
