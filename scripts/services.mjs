// The servers that Weir talks to, for development and tests: Kafka, a schema registry, Redis, PostgreSQL
// and a receiver of webhooks.
//
//   npm run services up             starts them; prints where they are as lines for a shell
//   npm run services status         the same, of those that run, as JSON
//   npm run services down           stops them and deletes their data
//
// In containers where a container engine runs; else as processes of this machine, which are installed first where they
// are missing (Maven and Java 17 for two, apt-get for the others). They listen on the loopback address alone.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compose, composeUrls, hasEngine } from "./services/docker.mjs";
import { servicesFile, stateFolder } from "./services/paths.mjs";
import { isRunning, stopServer } from "./services/process.mjs";
import { startKafka, startPostgres, startRedis, startRegistry, startWebhookReceiver } from "./services/servers.mjs";

/** @typedef {import("./services/servers.mjs").Server} Server */
/** @typedef {{ kafka: string, registry: string, redis: string, postgres: string, webhook: string }} Urls */
/** @typedef {{ urls: Urls, servers: Record<string, Server>, containers: boolean }} Services */

const commands = { up, down, status };
const name = process.argv[2] ?? "";
const command = Object.entries(commands).find(([known]) => known === name)?.[1];
if (command === undefined) {
  console.error("usage: npm run services up|down|status");
  process.exitCode = 2;
} else {
  await command().catch((/** @type {unknown} */ error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

async function up() {
  const running = readServices();
  if (running !== null && allRun(running)) return printShell(running.urls);
  if (running !== null) await down();
  mkdirSync(stateFolder, { recursive: true, mode: 0o755 });
  const containers = hasEngine();
  /** @type {Record<string, Server>} */
  const servers = {};
  try {
    if (containers) compose(["up", "--wait"]);
    else {
      // One after the other: each takes its ports before the next looks for free ones.
      servers["redis"] = await startRedis(join(stateFolder, "redis"));
      servers["postgres"] = await startPostgres(join(stateFolder, "postgres"));
      servers["kafka"] = await startKafka(join(stateFolder, "kafka"));
      servers["registry"] = await startRegistry(join(stateFolder, "registry"));
    }
    servers["webhook"] = await startWebhookReceiver(join(stateFolder, "webhook"));
  } catch (error) {
    await Promise.all(Object.values(servers).map((server) => stopServer(server)));
    throw error;
  }
  const started = Object.fromEntries(Object.entries(servers).map(([name, { url }]) => [name, url]));
  const urls = { ...composeUrls, ...started };
  writeServices({ urls, servers, containers });
  return printShell(urls);
}

async function down() {
  const services = readServices();
  if (services === null) return console.error("no services run");
  if (services.containers) compose(["down", "--volumes"]);
  await Promise.all(Object.values(services.servers).map((server) => stopServer(server)));
  rmSync(stateFolder, { recursive: true, force: true });
  console.error("the services are stopped");
}

async function status() {
  const services = readServices();
  const runs = services !== null && allRun(services);
  console.log(JSON.stringify(runs ? services : { urls: null }, null, 2));
  if (!runs) process.exitCode = 1;
}

/** @param {Services} services */
function allRun({ servers }) {
  return Object.values(servers).every((server) => isRunning(server));
}

/** @param {Urls} urls */
function printShell({ kafka, registry, redis, postgres, webhook }) {
  console.log(`export KAFKA_BROKERS=${kafka}`);
  console.log(`export SCHEMA_REGISTRY_URL=${registry}`);
  console.log(`export REDIS_URL=${redis}`);
  console.log(`export DATABASE_URL=${postgres}`);
  console.log(`export WEBHOOK_URL=${webhook}`);
}

/** @returns {Services | null} */
function readServices() {
  try {
    return JSON.parse(readFileSync(servicesFile, "utf8"));
  } catch {
    return null;
  }
}

/** @param {Services} services */
function writeServices(services) {
  writeFileSync(servicesFile, `${JSON.stringify(services, null, 2)}\n`);
}
