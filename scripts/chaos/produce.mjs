import { setTimeout as wait } from "node:timers/promises";
import { simulate } from "../../packages/cli/dist/simulate/simulate.js";
import { anomalyKinds } from "../../packages/cli/dist/simulate/transaction.js";

const batchEvents = 100;

/**
 * Writes simulated payments at about a rate, each until the broker has it.
 *
 * @param {import("@weir/connectors/kafka").KafkaLog} log
 * @param {{ topic: string, events: number, perSecond: number, seed: number }} options
 */
export async function produce(log, { topic, events, perSecond, seed }) {
  const payments = simulate({
    seed,
    events,
    users: Math.max(50, Math.floor(events / 40)),
    rate: 1,
    anomalies: anomalyKinds,
    start: Date.UTC(2026, 0, 1),
    onAnomaly: () => {},
  });
  const begun = performance.now();
  let written = 0;
  /** @type {import("@weir/core").LogMessage[]} */
  let batch = [];
  for (const { transaction } of payments) {
    batch.push({ topic, key: transaction.user, value: JSON.stringify(transaction), headers: {} });
    if (batch.length < batchEvents) continue;
    await send(log, batch);
    written += batch.length;
    batch = [];
    const early = (written / perSecond) * 1000 - (performance.now() - begun);
    if (early > 0) await wait(early);
  }
  await send(log, batch);
}

/** @type {import("@weir/core").LogProducer | null} */
let producer = null;

/**
 * What was written twice because an answer was lost is in the topic twice: the reference reads the topic.
 *
 * @param {import("@weir/connectors/kafka").KafkaLog} log
 * @param {readonly import("@weir/core").LogMessage[]} batch
 */
async function send(log, batch) {
  for (let attempt = 0; batch.length > 0; attempt++) {
    try {
      producer ??= await log.producer();
      await producer.send(batch);
      return;
    } catch (error) {
      if (attempt >= 60) throw error;
      await producer?.close();
      producer = null;
      await wait(1000);
    }
  }
}
