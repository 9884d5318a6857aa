// Holds `weir run` to its promise on real servers: while workers are killed, stopped and resumed, and Redis and the broker
// are restarted, every alert appears once to a reader of committed records, and once in PostgreSQL.
//
//   npm run chaos -- --events 200000 --kills 20 --seed 1
//
//   --events N           payments to produce                             (default 20,000)
//   --kills N            workers killed with SIGKILL                     (default 5)
//   --stops N            workers stopped past the session timeout        (default 1)
//   --redis-restarts N   the last of which loses the last writes         (default 1)
//   --broker-restarts N                                                  (default 1)
//   --workers N          processes                                       (default 3)
//   --partitions N       of the input                                    (default 12)
//   --seed N             of the payments, and of what happens when       (default 1)
//
// What happens follows from the seed; when exactly, the machine decides. Ends with 1 where an alert is lost, extra or doubled.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { plannedFaults } from "./chaos/faults.mjs";
import { compareAlerts, referenceAlerts } from "./chaos/judge.mjs";
import { produce } from "./chaos/produce.mjs";
import { Servers } from "./chaos/servers.mjs";
import { Workers } from "./chaos/workers.mjs";
import { root } from "./tool.mjs";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "20000" },
    kills: { type: "string", default: "5" },
    stops: { type: "string", default: "1" },
    "redis-restarts": { type: "string", default: "1" },
    "broker-restarts": { type: "string", default: "1" },
    workers: { type: "string", default: "3" },
    partitions: { type: "string", default: "12" },
    seed: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});

const folder = join(tmpdir(), `weir-chaos-${process.pid}`);
mkdirSync(folder, { recursive: true, mode: 0o755 });
const servers = new Servers(folder);
const workers = new Workers(folder, Number(values.workers));
let passed = false;
try {
  passed = await main();
} catch (error) {
  console.error(error);
} finally {
  await workers.stop();
  await servers.stop();
  if (passed && !values.keep) rmSync(folder, { recursive: true, force: true });
  else console.error(`logs and data are in ${folder}`);
}
process.exitCode = passed ? 0 : 1;

/** @returns {Promise<boolean>} */
async function main() {
  const events = Number(values.events);
  const partitions = Number(values.partitions);
  const faults = plannedFaults({
    kills: Number(values.kills),
    stops: Number(values.stops),
    redisRestarts: Number(values["redis-restarts"]),
    brokerRestarts: Number(values["broker-restarts"]),
    seed: Number(values.seed),
  });
  await servers.start();
  const topics = { input: "transactions", alerts: "alerts", deadLetters: "dead-letters" };
  const log = servers.openLog();
  await log.ensureTopics([
    { topic: topics.input, partitions },
    { topic: topics.alerts, partitions: 4 },
    { topic: topics.deadLetters, partitions: 1 },
  ]);
  writeFileSync(join(folder, "weir.yaml"), workerConfig(topics));

  await workers.start();
  const begun = performance.now();
  // Spread over the faults, so that each of them meets events that are under way.
  const perSecond = Math.max(500, events / (faults.reduce((sum, { seconds }) => sum + seconds, 0) + 5));
  const producing = produce(log, { topic: topics.input, events, perSecond, seed: Number(values.seed) });
  for (const fault of faults) {
    console.error(`${seconds(begun)} ${fault.kind}`);
    await fault.run({ servers, workers });
  }
  await producing;
  console.error(`${seconds(begun)} all ${events} payments are written`);
  await workers.revive();
  const caughtUp = await untilCaughtUp(log, topics.input, partitions, 180_000);
  console.error(`${seconds(begun)} ${caughtUp ? "the group has caught up" : "the group has NOT caught up"}`);

  const expected = await referenceAlerts(log, {
    ...topics,
    partitions,
    rules: join(root, "examples/fraud/fraud.weir"),
  });
  const deadline = performance.now() + 60_000;
  let result = await compareAlerts(log, topics, expected, servers.postgresUrl);
  // The sinks read what was committed, a little later.
  while (!result.exact && performance.now() < deadline && result.lost === 0 && result.doubled === 0) {
    await wait(1000);
    result = await compareAlerts(log, topics, expected, servers.postgresUrl);
  }
  const counts = /** @type {Record<string, number>} */ ({});
  for (const { kind } of faults) counts[kind] = (counts[kind] ?? 0) + 1;
  const took = Math.round((performance.now() - begun) / 1000);
  console.log(
    JSON.stringify(
      {
        events,
        partitions,
        workers: values.workers,
        seed: values.seed,
        faults: counts,
        seconds: took,
        caughtUp,
        ...result,
      },
      null,
      2,
    ),
  );
  await log.close();
  return caughtUp && result.exact;
}

/**
 * @param {import("@weir/connectors/kafka").KafkaLog} log
 * @param {string} topic
 * @param {number} partitions
 * @param {number} timeoutMs
 */
async function untilCaughtUp(log, topic, partitions, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  const ends = await Promise.all(all.map((partition) => log.offsets(partition)));
  while (performance.now() < deadline) {
    const committed = await log.committed("chaos", all).catch(() => []);
    if (committed.length > 0 && ends.every(({ end }, i) => (committed[i]?.offset ?? 0) >= end)) return true;
    await wait(500);
  }
  return false;
}

/** @param {{ input: string, alerts: string, deadLetters: string }} topics */
function workerConfig({ input, alerts, deadLetters }) {
  return `name: chaos
rules: [${join(root, "examples/fraud/fraud.weir")}]
kafka: { brokers: "${servers.kafkaUrl}", sessionTimeout: 6s }
inputs: [{ topic: ${input}, stream: transactions }]
alerts: { topic: ${alerts} }
deadLetters: ${deadLetters}
state: { redis: { url: "${servers.redisUrl}" } }
sinks:
  - postgres: { url: "${servers.postgresUrl}" }
settings: { maxBackoffMs: 2s }
policies:
  log: { openMs: 2s }
  state: { openMs: 2s, timeoutMs: 2s }
  sinks: { postgres: { openMs: 2s } }
`;
}

/** @param {number} begun */
function seconds(begun) {
  return `${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s `;
}
