import { readFileSync } from "node:fs";
import { createPool } from "@weir/connectors/postgres";
import { createEngine } from "@weir/core";
import { compile } from "@weir/dsl";

/** @typedef {import("@weir/connectors/kafka").KafkaLog} KafkaLog */
/** @typedef {import("@weir/core").LogRecord} LogRecord */

/**
 * The alerts that must come out: one engine for each partition, over what is in the topic, as if nothing had happened.
 *
 * @param {KafkaLog} log
 * @param {{ input: string, partitions: number, rules: string }} options
 * @returns {Promise<ReadonlySet<string>>} their ids
 */
export async function referenceAlerts(log, { input, partitions, rules }) {
  const compiled = compile(readFileSync(rules, "utf8"));
  if (!compiled.ok) throw new Error(`${rules} has errors`);
  const engines = Array.from({ length: partitions }, (_, partition) =>
    createEngine(compiled.plan, { scope: `chaos:${input}:${partition}` }),
  );
  /** @type {Set<string>} */
  const ids = new Set();
  await readTopic(log, input, (partition, { value }) => {
    const event = JSON.parse(Buffer.from(value ?? []).toString());
    for (const { id } of engines[partition]?.push("transactions", event) ?? []) ids.add(id);
  });
  return ids;
}

/**
 * @param {KafkaLog} log
 * @param {{ alerts: string, deadLetters: string }} topics
 * @param {ReadonlySet<string>} expected
 * @param {string} postgresUrl
 */
export async function compareAlerts(log, { alerts, deadLetters }, expected, postgresUrl) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  await readTopic(log, alerts, (_, { value }) => {
    const { id } = JSON.parse(Buffer.from(value ?? []).toString());
    seen.set(id, (seen.get(id) ?? 0) + 1);
  });
  let letters = 0;
  await readTopic(log, deadLetters, () => letters++);
  const pool = createPool({ url: postgresUrl });
  const { rows } = await pool.query("SELECT id FROM weir.alerts");
  await pool.end();
  const stored = new Set(rows.map(({ id }) => id));
  const lost = [...expected].filter((id) => !seen.has(id)).length;
  const extra = [...seen.keys()].filter((id) => !expected.has(id)).length;
  const doubled = [...seen.values()].filter((count) => count > 1).length;
  const lostInPostgres = [...expected].filter((id) => !stored.has(id)).length;
  const wrongInPostgres = rows.length - stored.size + [...stored].filter((id) => !expected.has(id)).length;
  return {
    expected: expected.size,
    lost,
    extra,
    doubled,
    deadLetters: letters,
    postgres: { rows: rows.length, lost: lostInPostgres, wrong: wrongInPostgres },
    exact: expected.size > 0 && lost + extra + doubled + letters + lostInPostgres + wrongInPostgres === 0,
  };
}

/**
 * Reads what is committed in a topic, from its beginning to its end.
 *
 * @param {KafkaLog} log
 * @param {string} topic
 * @param {(partition: number, record: LogRecord) => void} onRecord
 */
async function readTopic(log, topic, onRecord) {
  const count = await log.partitionCount(topic);
  /** @type {Map<number, number>} */
  const left = new Map();
  for (let partition = 0; partition < count; partition++) {
    const { start, end } = await log.offsets({ topic, partition });
    if (end > start) left.set(partition, end);
  }
  if (left.size === 0) return;
  const group = `judge-${topic}-${Date.now()}`;
  const consumer = await log.consumer({
    group,
    topics: [topic],
    maxRecords: 10_000,
    maxBytes: 1 << 20,
    readCommitted: true,
  });
  let quiet = 0;
  // The last records of a partition may be markers, which nobody sees: then it ends with silence.
  while (left.size > 0 && quiet < 5) {
    const happening = await consumer.poll(1000);
    if (happening.kind === "assigned") {
      for (const partition of happening.partitions) {
        consumer.seek(partition, 0);
        consumer.resume(partition);
      }
    } else if (happening.kind === "records") {
      quiet = 0;
      for (const record of happening.records) onRecord(happening.partition, record);
      const end = left.get(happening.partition) ?? 0;
      if ((happening.records.at(-1)?.offset ?? 0) + 1 >= end) left.delete(happening.partition);
    } else if (happening.kind === "idle") quiet++;
  }
  await consumer.close();
}
