import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { createKafkaLog, type KafkaLog } from "@weir/connectors/kafka";
import { createPostgresSink } from "@weir/connectors/postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";
import { jsonMessage, readAlerts, write } from "./topics.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import { WeirProcess } from "./weir-process.ts";

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What `scripts/services/secured.mjs up` says. */
interface Secured {
  readonly certificates: { readonly ca: string; readonly client: Identity; readonly elsewhere: Identity };
  readonly listeners: Readonly<Record<"plain" | "saslSsl" | "saslPlain" | "ssl" | "advertised", string>>;
  readonly postgres: string;
}

const script = resolve(import.meta.dirname, "../../scripts/services/secured.mjs");
const password = "kafka-pass-word";
const wrong = "a-wrong-pass-word";
const { kafka: withServers, postgres: openPostgres } = endpoints();
const begin = Date.UTC(2026, 0, 1);

let home = "";
let secured: Secured;
let proxy: TcpProxy;
let log: KafkaLog;

beforeAll(async () => {
  if (withServers === "") return;
  // Below it a server runs as another user.
  home = await mkdtemp(join(tmpdir(), "weir-secured-"));
  await promisify(execFile)("chmod", ["755", home]);
  // Clients of this listener go by way of the proxy, also after they learnt of the broker's address.
  proxy = await TcpProxy.listening();
  const env = { ...process.env, WEIR_ADVERTISED_PORT: String(proxy.port) };
  const { stdout } = await promisify(execFile)(process.execPath, [script, "up", home], { env });
  secured = JSON.parse(stdout) as Secured;
  proxy.aim(secured.listeners.advertised);
  log = createKafkaLog({ brokers: [secured.listeners.plain] });
}, 180_000);

afterAll(async () => {
  if (withServers === "") return;
  await log.close();
  await proxy.close();
  await promisify(execFile)(process.execPath, [script, "down", home]);
  await rm(home, { recursive: true, force: true });
}, 60_000);

let folder = "";
let name = "";
let weir: WeirProcess | null = null;

beforeEach(async () => {
  name = `s-${randomUUID().slice(0, 8)}`;
  folder = await mkdtemp(join(tmpdir(), "weir-secured-run-"));
  await writeFile(
    join(folder, "rules.weir"),
    'STREAM payments TIME ts\nRULE large FROM payments WHERE amount > 9 EMIT LOW "large"\n',
  );
});
afterEach(async () => {
  await weir?.kill("SIGKILL");
  weir = null;
  await rm(folder, { recursive: true, force: true });
});

async function start(kafka: string, more = ""): Promise<WeirProcess> {
  await writeFile(
    join(folder, "weir.yaml"),
    `name: ${name}
rules: [rules.weir]
kafka: { sessionTimeout: 6s, createTopics: { partitions: 1 }, ${kafka} }
inputs: [{ topic: ${name}-in, stream: payments }]
alerts: { topic: ${name}-alerts }
deadLetters: ${name}-dead
state: memory
http: { port: 0 }
${more}`,
  );
  weir = WeirProcess.run(folder);
  return weir;
}

/** What a start that fails says, with its exit code; no password is in it. */
async function failure(kafka: string, more = ""): Promise<string> {
  const process = await start(kafka, more);
  const code = await process.exited();
  const said = `${code}: ${process.errors}`;
  const everything = said + JSON.stringify(process.lines);
  for (const secret of [password, wrong, "PRIVATE KEY"]) expect(everything).not.toContain(secret);
  return said;
}

async function put(amount: number): Promise<void> {
  await write(log, [jsonMessage(`${name}-in`, "u", { user: "u", amount, ts: begin + amount })]);
}

const alerts = async (): Promise<number> => (await readAlerts(log, `${name}-alerts`)).length;
const tls = (): string => `tls: { ca: ${secured.certificates.ca} }`;
const sasl = (mechanism: string, secret = password): string =>
  `sasl: { mechanism: ${mechanism}, username: weir, password: ${secret} }`;

describe("a broker with TLS and a password", () => {
  test.each(["plain", "scram-sha-256", "scram-sha-512"])(
    "takes %s; a wrong password is told with its setting",
    async (mechanism) => {
      const broker = `brokers: "${secured.listeners.saslSsl}", ${tls()}`;
      const said = await failure(`${broker}, ${sasl(mechanism, wrong)}`);
      expect(said).toMatch(/^1: weir: cannot create topics: SASL .*authentication failed/i);
      expect(said).toContain("`kafka.sasl`");
      await (await start(`${broker}, ${sasl(mechanism)}`)).line("answers probes");
      await put(10);
      await expect.poll(alerts, { timeout: 20_000 }).toBe(1);
      expect(await weir?.kill("SIGTERM")).toBe(0);
    },
  );

  test("wants the authority to be named, and TLS and a password to be used where it asks for them, and only there", async () => {
    const { saslSsl, saslPlain, plain } = secured.listeners;
    const unknown = await failure(`brokers: "${saslSsl}", tls: {}, ${sasl("plain")}`);
    expect(unknown).toContain("1: weir: cannot create topics: Connection error: unable to verify");
    expect(unknown).toContain("`kafka.tls.ca`");
    expect(await failure(`brokers: "${saslSsl}", ${sasl("plain")}`)).toContain("where it wants TLS set `kafka.tls`");
    expect(await failure(`brokers: "${saslPlain}"`)).toContain("where it wants a password `kafka.sasl`");
    expect(await failure(`brokers: "${plain}", ${tls()}`)).toContain("leave out `kafka.tls`");
    expect(await failure(`brokers: "${plain}", ${sasl("plain")}`)).toContain("leave out `kafka.sasl`");
    expect(await failure(`brokers: "${saslSsl}", tls: { ca: nowhere.pem }`)).toContain(
      "2: weir: cannot read `nowhere.pem`",
    );
  }, 120_000);

  test("knows its clients by certificates, and is known by its name", async () => {
    const { ssl } = secured.listeners;
    const { ca, client } = secured.certificates;
    const identity = `cert: ${client.cert}, key: ${client.key}`;
    await (await start(`brokers: "${ssl}", tls: { ca: ${ca}, ${identity} }`)).line("answers probes");
    await put(10);
    await expect.poll(alerts, { timeout: 20_000 }).toBe(1);
    expect(await weir?.kill("SIGTERM")).toBe(0);
    expect(await failure(`brokers: "${ssl}", ${tls()}`)).toContain("look at `kafka.tls.cert` and `kafka.tls.key`");
    const misnamed = await failure(`brokers: "${ssl}", tls: { ca: ${ca}, ${identity}, serverName: elsewhere.example }`);
    expect(misnamed).toContain("does not match certificate's altnames");
    expect(misnamed).toContain("`kafka.tls.serverName`");
  }, 120_000);
});

describe("PostgreSQL that takes TLS alone", () => {
  const url = (query: string, secret = "weir"): string =>
    `${secured.postgres.replace(":weir@", `:${secret}@`)}${query === "" ? "" : `?${query}`}`;

  test("is written to over it, and is known by its authority", async () => {
    const sink = await createPostgresSink({
      url: url(`sslmode=verify-full&sslrootcert=${secured.certificates.ca}`),
      schema: name.replace("-", "_"),
    });
    expect(await sink.position?.({ topic: "t", partition: 0 })).toBeNull();
    await sink.close();
  });

  test.each([
    ["sslmode=verify-full", "`?sslmode=verify-full&sslrootcert=ca.pem`"],
    ["", "the server wants TLS: add `?sslmode=verify-full` to `url`"],
    ["sslmode=verify-full&sslrootcert=/nowhere.pem", "look at `sslrootcert`"],
  ])("with `%s` a start is refused, with what to change", async (query, hint) => {
    const more = `sinks: [{ postgres: { url: "${url(query)}" } }]`;
    const said = await failure(`brokers: "${secured.listeners.plain}"`, more);
    expect(said).toContain("1: weir: cannot prepare the database: ");
    expect(said).toContain(hint);
  });

  test("a wrong password, no URL, and a server without TLS are told too", async () => {
    const broker = `brokers: "${secured.listeners.plain}"`;
    const ca = `sslmode=verify-full&sslrootcert=${secured.certificates.ca}`;
    const sink = (each: string): string => `sinks: [{ postgres: { url: "${each}" } }]`;
    expect(await failure(broker, sink(url(ca, wrong)))).toContain("look at the user and password in `url`");
    expect(await failure(broker, sink(`postgres://weir:${wrong}@[/x`))).toContain("postgres://user:password@host:port");
    expect(await failure(broker, sink(`${openPostgres}?sslmode=verify-full`))).toContain("leave out `sslmode`");
  });
});

describe("a broker that does not answer any more", () => {
  test("at the start: the start is given up with the address, within a bounded time", async () => {
    proxy.silence();
    const startedAt = performance.now();
    const said = await failure(`brokers: "127.0.0.1:${proxy.port}"`);
    proxy.restore();
    expect(said).toMatch(/^1: weir: cannot create topics: /);
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  }, 90_000);

  test("in the middle: probes say so, and when it is back what was written meanwhile is processed, each once", async () => {
    const running = await start(
      `brokers: "127.0.0.1:${proxy.port}"`,
      "policies: { log: { breakerFailures: 3, openMs: 5s } }\nsettings: { maxBackoffMs: 2s, partitionCheckMs: 2s }\n",
    );
    const { port } = await running.line("answers probes");
    const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${String(port)}/ready`)).status;
    await put(10);
    await expect.poll(alerts, { timeout: 20_000 }).toBe(1);
    expect(await ready()).toBe(200);
    proxy.silence();
    await put(11);
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${String(port)}/health`)).text(), { timeout: 90_000 })
      .not.toContain('"health":"ok","dependencies"');
    proxy.restore();
    await put(12);
    await expect.poll(alerts, { timeout: 120_000 }).toBe(3);
    expect((await readAlerts(log, `${name}-alerts`)).map(({ at }) => at - begin).toSorted((a, b) => a - b)).toEqual([
      10, 11, 12,
    ]);
  }, 240_000);
});

test("no message of a certificate or a key is in a log", async () => {
  const key = await readFile(secured.certificates.client.key, "utf8");
  expect(key).toContain("PRIVATE KEY");
  const { ca, client } = secured.certificates;
  // The key of another certificate.
  const said = await failure(
    `brokers: "${secured.listeners.ssl}", tls: { ca: ${ca}, cert: ${client.cert}, key: ${secured.certificates.elsewhere.key} }`,
  );
  expect(said).toContain("1: weir: ");
  expect(said).toMatch(/key values mismatch/i);
});
