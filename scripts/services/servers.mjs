import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installKafka, installPostgres, installRedis, installRegistry, need } from "./install.mjs";
import { accepts, freePort, run, startServer, waitUntilReady } from "./process.mjs";

/** @typedef {import("./process.mjs").Running} Running */
/**
 * A server of this machine. Started again with the same folder and port it goes on with its data.
 *
 * @typedef {Running & { port: number, url: string }} Server
 */

// A user without rights: PostgreSQL does not run as root.
const nobody = 65_534;

/**
 * One broker that is its own controller.
 *
 * @param {string} folder
 * @param {number} [port] default 9092, or a free one
 * @returns {Promise<Server>}
 */
export async function startKafka(folder, port) {
  const classPath = installKafka();
  const log = join(folder, "kafka.log");
  const config = join(folder, "server.properties");
  const known = existsSync(config);
  const client = port ?? (await freePort(9092));
  if (!known) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(config, kafkaConfig(folder, client, await freePort(client + 1)));
    const format = ["kafka.tools.StorageTool", "format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c", config];
    run(need("java"), ["-cp", classPath, ...format]);
  }
  // A small heap: a test's data is small, and the tests want the memory too.
  const args = ["-Xmx1g", "-Xms256m", "-XX:+UseSerialGC", "-cp", classPath, "kafka.Kafka", config];
  const server = startServer(need("java"), args, { log, cwd: folder });
  await waitUntilReady("kafka", server, log, () => accepts(client));
  return { ...server, port: client, url: `127.0.0.1:${client}` };
}

/**
 * @param {string} folder
 * @param {number} [port] default 6379, or a free one
 * @param {"always" | "everysec" | "no"} [sync] when writes reach the disk
 * @returns {Promise<Server>}
 */
export async function startRedis(folder, port, sync = "everysec") {
  const program = installRedis();
  mkdirSync(folder, { recursive: true });
  const client = port ?? (await freePort(6379));
  const log = join(folder, "redis.log");
  const settings = ["--port", `${client}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  settings.push("--appendonly", sync === "no" ? "no" : "yes", "--appendfsync", sync);
  const server = startServer(program, settings, { log, cwd: folder });
  await waitUntilReady("redis", server, log, () => accepts(client));
  return { ...server, port: client, url: `redis://127.0.0.1:${client}` };
}

/**
 * @param {string} folder
 * @param {number} [port] default 5432, or a free one
 * @returns {Promise<Server>}
 */
export async function startPostgres(folder, port) {
  const programs = installPostgres();
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: nobody } : {};
  const data = join(folder, "data");
  const log = join(folder, "postgres.log");
  const client = port ?? (await freePort(5432));
  const known = existsSync(data);
  if (!known) {
    mkdirSync(folder, { recursive: true });
    if (isRoot) chownSync(folder, nobody, nobody);
    const password = join(folder, "password");
    writeFileSync(password, "weir\n");
    const access = ["--username", "weir", "--pwfile", password, "--auth", "scram-sha-256"];
    run(join(programs, "initdb"), ["--pgdata", data, "--encoding", "UTF8", "--no-locale", ...access], as);
  }
  const settings = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${folder}`];
  settings.push("-c", "shared_buffers=64MB", "-c", "max_connections=60");
  const args = ["-D", data, "-p", `${client}`, ...settings];
  const server = startServer(join(programs, "postgres"), args, { log, cwd: folder, ...as });
  const asWeir = ["--host", "127.0.0.1", "--port", `${client}`, "--username", "weir"];
  await waitUntilReady("postgres", server, log, async () => {
    if (!(await accepts(client))) return false;
    try {
      run(join(programs, "pg_isready"), asWeir);
      return true;
    } catch {
      return false;
    }
  });
  if (!known) run(join(programs, "createdb"), [...asWeir, "weir"], { env: { PGPASSWORD: "weir" } });
  return { ...server, port: client, url: `postgres://weir:weir@127.0.0.1:${client}/weir` };
}

/**
 * Apicurio, by its API that is compatible with Confluent's registry; keeps schemas in memory.
 *
 * @param {string} folder
 * @param {number} [port] default 8081, or a free one
 * @returns {Promise<Server>}
 */
export async function startRegistry(folder, port) {
  const jar = installRegistry();
  mkdirSync(folder, { recursive: true });
  const client = port ?? (await freePort(8081));
  const log = join(folder, "registry.log");
  const settings = [`-Dquarkus.http.port=${client}`, "-Dquarkus.http.host=127.0.0.1"];
  const server = startServer(need("java"), ["-Xmx384m", "-XX:+UseSerialGC", ...settings, "-jar", jar], {
    log,
    cwd: folder,
  });
  const url = `http://127.0.0.1:${client}/apis/ccompat/v7`;
  await waitUntilReady("registry", server, log, () =>
    fetch(`${url}/subjects`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return { ...server, port: client, url };
}

/**
 * A receiver of webhooks that only counts.
 *
 * @param {string} folder
 * @returns {Promise<Server>}
 */
export async function startWebhookReceiver(folder) {
  mkdirSync(folder, { recursive: true });
  const client = await freePort(9099);
  const log = join(folder, "webhook.log");
  const script = fileURLToPath(new URL("webhook-receiver.mjs", import.meta.url));
  const server = startServer(process.execPath, [script, `${client}`], { log, cwd: folder });
  await waitUntilReady("webhook receiver", server, log, () => accepts(client));
  return { ...server, port: client, url: `http://127.0.0.1:${client}/` };
}

/**
 * @param {string} folder
 * @param {number} client
 * @param {number} controller
 */
function kafkaConfig(folder, client, controller) {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${client}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=${join(folder, "data")}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
message.max.bytes=20971520
`;
}
