import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
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
 * Of a broker that can be reached in more ways than without a password.
 *
 * @typedef {{ plain: string, saslSsl: string, saslPlain: string, ssl: string, advertised: string }} Listeners
 * @typedef {{
 *   certificates: import("./certificates.mjs").Certificates, user: string, password: string, advertised: number
 * }} Secured
 */

/**
 * One broker that is its own controller.
 *
 * @param {string} folder
 * @param {number} [port] default 9092, or a free one
 * @param {Secured} [secured] more listeners
 * @returns {Promise<Server & { listeners?: Listeners }>}
 */
export async function startKafka(folder, port, secured) {
  const classPath = installKafka();
  const log = join(folder, "kafka.log");
  const config = join(folder, "server.properties");
  const known = existsSync(config);
  const client = port ?? (await freePort(9092));
  const ports = secured === undefined ? [] : await freePorts(4);
  if (!known) {
    mkdirSync(folder, { recursive: true });
    const more = secured === undefined ? null : securedListeners(secured, ports);
    writeFileSync(config, kafkaConfig(folder, client, await freePort(client + 1), more));
    const format = ["kafka.tools.StorageTool", "format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c", config];
    run(need("java"), ["-cp", classPath, ...format, ...(secured === undefined ? [] : scramUsers(secured))]);
  }
  // A small heap: a test's data is small, and the tests want the memory too.
  const args = ["-Xmx1g", "-Xms256m", "-XX:+UseSerialGC", "-cp", classPath, "kafka.Kafka", config];
  const server = startServer(need("java"), args, { log, cwd: folder });
  await waitUntilReady("kafka", server, log, () => accepts(client));
  const running = { ...server, port: client, url: `127.0.0.1:${client}` };
  if (secured === undefined) return running;
  const [saslSsl, saslPlain, ssl, advertised] = ports.map((each) => `127.0.0.1:${each}`);
  return {
    ...running,
    listeners: /** @type {Listeners} */ ({ plain: running.url, saslSsl, saslPlain, ssl, advertised }),
  };
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
 * @param {import("./certificates.mjs").Identity} [identity] with it no connection without TLS is taken
 * @returns {Promise<Server>}
 */
export async function startPostgres(folder, port, identity) {
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
  if (identity !== undefined) settings.push(...tlsOnly(folder, identity, isRoot));
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
  const make = identity === undefined ? asWeir : ["--host", folder, ...asWeir.slice(2)];
  if (!known) run(join(programs, "createdb"), [...make, "weir"], { env: { PGPASSWORD: "weir" } });
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
 * Puts the key where the server's user alone reads it, and lets nobody in without TLS.
 *
 * @param {string} folder
 * @param {import("./certificates.mjs").Identity} identity
 * @param {boolean} isRoot
 * @returns {readonly string[]} settings of the server
 */
function tlsOnly(folder, identity, isRoot) {
  const [key, cert, access] = ["server.key", "server.crt", "access.conf"].map((name) => join(folder, name));
  copyFileSync(identity.key, String(key));
  copyFileSync(identity.cert, String(cert));
  chmodSync(String(key), 0o600);
  // From this machine's programs without a password, as they only ask whether it is ready.
  writeFileSync(String(access), "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n");
  if (isRoot) for (const file of [key, cert, access]) chownSync(String(file), nobody, nobody);
  return ["-c", "ssl=on", "-c", `ssl_key_file=${key}`, "-c", `ssl_cert_file=${cert}`, "-c", `hba_file=${access}`];
}

/**
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function freePorts(count) {
  /** @type {Set<number>} */
  const ports = new Set();
  while (ports.size < count) ports.add(await freePort(0));
  return [...ports];
}

/**
 * @param {Secured} secured
 * @returns {readonly string[]} options of the tool that formats
 */
function scramUsers({ user, password }) {
  return ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((name) => [
    "--add-scram",
    `${name}=[name=${user},password=${password}]`,
  ]);
}

/**
 * @param {Secured} secured
 * @param {readonly number[]} ports
 * @returns {{ listeners: string, advertised: string, protocols: string, lines: string }}
 */
function securedListeners({ certificates, user, password, advertised }, ports) {
  const names = ["SASLSSL", "SASLPLAIN", "SSL", "ADVERTISED"];
  const at = (/** @type {(name: string, port: number) => number} */ portOf) =>
    names.map((name, i) => `,${name}://127.0.0.1:${portOf(name, ports[i] ?? 0)}`).join("");
  const modules = "org.apache.kafka.common.security";
  const sasl = ["saslssl", "saslplain"].map(
    (name) => `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.${name}.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${user}="${password}";
listener.name.${name}.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
listener.name.${name}.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
`,
  );
  return {
    listeners: at((_, port) => port),
    advertised: at((name, port) => (name === "ADVERTISED" && advertised !== 0 ? advertised : port)),
    protocols: ",SASLSSL:SASL_SSL,SASLPLAIN:SASL_PLAINTEXT,SSL:SSL,ADVERTISED:PLAINTEXT",
    lines: `${sasl.join("")}inter.broker.listener.name=PLAINTEXT
listener.name.ssl.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location=${certificates.server.both}
ssl.truststore.type=PEM
ssl.truststore.location=${certificates.ca}
`,
  };
}

/**
 * @param {string} folder
 * @param {number} client
 * @param {number} controller
 * @param {ReturnType<typeof securedListeners> | null} more
 */
function kafkaConfig(folder, client, controller, more) {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}${more?.listeners ?? ""}
advertised.listeners=PLAINTEXT://127.0.0.1:${client}${more?.advertised ?? ""}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${more?.protocols ?? ""}
${more?.lines ?? ""}\
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
