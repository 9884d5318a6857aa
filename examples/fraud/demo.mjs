// Simulates payments with labelled anomalies, replays them against fraud.weir, and says how many of its alerts were right and how
// many of the anomalies it found. `npm run demo`, or with arguments of `weir simulate` such as `npm run demo -- --seed 8`.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main as weir } from "@weir/cli";
import { readEvents } from "@weir/connectors/files";
import { openFile } from "@weir/connectors/files/node";
import { createEngine } from "@weir/core";
import { compileFiles } from "@weir/dsl";
import { scoreRules } from "./score.ts";

/** The anomaly that each rule is for. */
const kindOfRule = {
  velocity_spike: "velocity",
  unusual_amount: "amount",
  impossible_travel: "travel",
  rapid_fire: "burst",
  merchant_diversity: "merchants",
};
const shownAlerts = 12;

const rulesFile = fileURLToPath(new URL("fraud.weir", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "weir-demo-"));
try {
  const recording = join(folder, "transactions.ndjson");
  console.log("Simulating 23 days of payments of 2,000 users, with anomalies among them …\n");
  const options = ["--seed", "7", "--events", "200000", "--users", "2000", "--rate", "0.1", ...process.argv.slice(2)];
  process.exitCode = await weir(["simulate", ...options, "--out", recording]);
  if (process.exitCode === 0) await demonstrate(recording, join(folder, "transactions.labels.ndjson"));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * @param {string} recording
 * @param {string} labels
 */
async function demonstrate(recording, labels) {
  const compiled = compileFiles([{ name: rulesFile, text: await readFile(rulesFile, "utf8") }]);
  if (!compiled.ok) throw new Error("fraud.weir does not compile: see `weir check`");
  const engine = createEngine(compiled.plan);

  /** @type {import("@weir/core").Alert[]} */
  const alerts = [];
  let events = 0;
  const started = performance.now();
  for await (const batch of readEvents(openFile(recording), { format: "ndjson" })) {
    for (const event of batch.events) alerts.push(...engine.push("transactions", event));
    events += batch.events.length;
  }
  alerts.push(...engine.finish());
  const seconds = (performance.now() - started) / 1000;

  printAlerts(alerts);
  const perSecond = Math.round(events / seconds);
  console.log(
    `\n${number(events)} payments in ${seconds.toFixed(2)} s: ${number(perSecond)} a second, reading and parsing included\n`,
  );
  printScores(scoreRules(alerts, await readLabels(labels), kindOfRule));
}

/** @param {readonly import("@weir/core").Alert[]} alerts */
function printAlerts(alerts) {
  // Some of each rule: the most frequent would fill the list.
  const perRule = Math.ceil(shownAlerts / Object.keys(kindOfRule).length);
  /** @type {Map<string, number>} */
  const seen = new Map();
  for (const alert of alerts) {
    const count = seen.get(alert.rule) ?? 0;
    seen.set(alert.rule, count + 1);
    if (count >= perRule) continue;
    const time = new Date(alert.at).toISOString().slice(0, 19).replace("T", " ");
    console.log(`${time}  ${alert.severity.padEnd(8)}  ${alert.rule.padEnd(18)}  ${alert.message ?? ""}`);
  }
  console.log(`… ${number(alerts.length)} alerts in all`);
}

/** @param {readonly import("./score.ts").Score[]} scores */
function printScores(scores) {
  console.log("rule                severity  alerts  right  precision     anomalies  found  recall");
  for (const { rule, bySeverity, anomalies, found } of scores) {
    for (const [i, { severity, alerts, right }] of bySeverity.entries()) {
      const start = `${(i === 0 ? rule : "").padEnd(18)}  ${severity.padEnd(8)}  ${pad(alerts, 6)}  ${pad(right, 5)}  ${share(right, alerts)}`;
      const end = i === 0 ? `     ${pad(anomalies, 9)}  ${pad(found, 5)}  ${share(found, anomalies)}` : "";
      console.log(start + end);
    }
  }
  console.log("\nAn alert is right if it is about a user and a time in which an anomaly of its kind was injected;");
  console.log("an anomaly is found if such an alert fired. examples/fraud/README.md says what the rest is.");
}

/**
 * @param {string} file
 * @returns {Promise<import("./score.ts").Label[]>}
 */
async function readLabels(file) {
  const text = await readFile(file, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** @type {(value: number) => string} */
function number(value) {
  return value.toLocaleString("en-US");
}

/** @type {(value: number, width: number) => string} */
function pad(value, width) {
  return number(value).padStart(width);
}

/** @type {(part: number, whole: number) => string} */
function share(part, whole) {
  return (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`).padStart(8);
}
