import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertAvroSchema, createSchemaRegistry } from "@weir/connectors/avro";
import { createPool } from "@weir/connectors/postgres";
import avro from "avsc";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { endpoints } from "./endpoints.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import { readAll, type Topics, uniqueTopics, write } from "./topics.ts";
import { WeirProcess } from "./weir-process.ts";

const { kafka, registry: registryUrl, postgres } = endpoints();
const login = {
  type: "record",
  name: "Login",
  fields: [
    { name: "user", type: "string" },
    { name: "net", type: { type: "record", name: "Net", fields: [{ name: "ip", type: "string" }] } },
    { name: "ts", type: { type: "long", logicalType: "timestamp-millis" } },
  ],
} as const;
const loginType = avro.Type.forSchema(login as unknown as avro.Schema);
const rules = `
STREAM logins { user: STRING, net: { ip: STRING }, ts: TIME } TIME ts LATENESS 1m
RULE many FROM logins BY net.ip AS ip WITHIN 1m WHEN COUNT() >= 3 EMIT HIGH "{net.ip}" { logins: COUNT(), last: LAST(user) }
`;
const begin = Date.UTC(2026, 0, 1);

let topics: Topics;
let folder = "";
let schema = "";
let weir: WeirProcess | null = null;
let proxy: TcpProxy;

beforeEach(async () => {
  topics = uniqueTopics(kafka);
  schema = topics.name.replace("-", "_");
  folder = await mkdtemp(join(tmpdir(), "weir-avro-"));
  proxy = await TcpProxy.to(registryUrl === "" ? "127.0.0.1:1" : registryUrl);
  await writeFile(join(folder, "rules.weir"), rules);
});

afterEach(async () => {
  await weir?.kill("SIGKILL");
  weir = null;
  await proxy.close();
  await topics.log.close();
  await rm(folder, { recursive: true, force: true });
  if (postgres === "") return;
  const pool = createPool({ url: postgres });
  await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
});

async function configure(alerts = ""): Promise<void> {
  await writeFile(
    join(folder, "weir.yaml"),
    `name: ${topics.name}
rules: [rules.weir]
kafka: { brokers: "${kafka}", sessionTimeout: 6s, createTopics: { partitions: 2 } }
registry: { url: "${proxy.through(registryUrl)}" }
inputs: [{ topic: ${topics.input}-by-ip, stream: logins, format: avro }]
repartition: [{ from: ${topics.input}, to: ${topics.input}-by-ip, key: net.ip }]
alerts: { topic: ${topics.alerts}, format: avro${alerts} }
deadLetters: ${topics.deadLetters}
state: memory
sinks: [{ postgres: { url: "${postgres}", schema: ${schema}, flush: 0ms } }]
http: { port: 0 }
`,
  );
}

function start(): WeirProcess {
  weir = WeirProcess.run(folder);
  return weir;
}

/** Logins by user; each address is used from both partitions. */
function logins(id: number, from: number, count: number) {
  return Array.from({ length: count }, (_, n) => {
    const i = from + n;
    const header = Buffer.alloc(5);
    header.writeUInt32BE(id, 1);
    const event = { user: `u${i}`, net: { ip: `10.0.0.${i % 5}` }, ts: begin + i * 1000 };
    const value = Buffer.concat([header, loginType.toBuffer(event)]);
    return { topic: topics.input, key: `u${i}`, value, headers: { "correlation-id": `c${i}` } };
  });
}

async function stored(): Promise<number> {
  const pool = createPool({ url: postgres });
  try {
    const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${schema}.alerts`);
    return Number(rows[0]?.n);
  } finally {
    await pool.end();
  }
}

test("Avro events get another key as they are, alerts are Avro that a reader of the registry reads, and go on to sinks", async () => {
  const registry = createSchemaRegistry({ url: registryUrl });
  const id = await registry.register(`${topics.input}-value`, JSON.stringify(login));
  await configure();
  const running = start();
  await running.line("answers probes");
  const before = logins(id, 0, 60);
  await write(topics.log, before);
  await write(topics.log, [{ topic: topics.input, key: "k", value: "no Avro", headers: {} }]);
  await expect
    .poll(async () => (await readAll(topics.log, `${topics.input}-by-ip`)).length, { timeout: 30_000 })
    .toBe(61);
  const copied = await readAll(topics.log, `${topics.input}-by-ip`);
  const bytes = (value: Uint8Array | string | null | undefined): string => Buffer.from(value ?? []).toString("base64");
  expect(copied.map(({ value }) => bytes(value)).toSorted()).toEqual(
    [...before.map(({ value }) => bytes(value)), bytes(Buffer.from("no Avro"))].toSorted(),
  );
  for (const { key, value, headers } of copied) {
    if (value?.[0] !== 0) continue;
    const { user, net } = loginType.fromBuffer(Buffer.from(value).subarray(5)) as {
      readonly user: string;
      readonly net: { readonly ip: string };
    };
    expect(Buffer.from(key ?? []).toString()).toBe(net.ip);
    expect(Buffer.from(headers["correlation-id"] ?? "").toString()).toBe(user.replace("u", "c"));
  }

  // From now on everything is known: what follows needs no registry.
  proxy.silence();
  await write(topics.log, logins(id, 200, 60));
  await expect
    .poll(async () => (await readAll(topics.log, topics.alerts)).length, { timeout: 60_000 })
    .toBeGreaterThan(4);
  await write(topics.log, logins(id, 500, 10));
  await expect.poll(stored, { timeout: 60_000 }).toBeGreaterThanOrEqual(10);
  const alerts = await readAll(topics.log, topics.alerts);
  const subject = await registry.latest(`${topics.alerts}-value`);
  expect(JSON.parse(subject?.schema ?? "")).toEqual(JSON.parse(alertAvroSchema));
  const type = avro.Type.forSchema(JSON.parse(subject?.schema ?? "") as avro.Schema);
  for (const { value } of alerts) {
    const buffer = Buffer.from(value ?? []);
    expect(buffer[0]).toBe(0);
    expect(buffer.readUInt32BE(1)).toBe(subject?.id);
    expect(type.fromBuffer(buffer.subarray(5))).toMatchObject({ rule: "many", severity: "HIGH" });
  }
  const pool = createPool({ url: postgres });
  const { rows } = await pool.query<{ data: { logins: number }; correlation_id: string }>(
    `SELECT data, correlation_id FROM ${schema}.alerts`,
  );
  await pool.end();
  for (const { data, correlation_id } of rows) {
    expect(data.logins).toBe(3);
    expect(correlation_id).toMatch(/^c\d+$/);
  }
  const health = await (
    await fetch(`http://127.0.0.1:${String((await running.line("answers probes"))["port"])}/health`)
  ).json();
  expect(health).toMatchObject({ health: "ok" });
}, 180_000);

test("a start is refused where alerts do not fit, where their schema is to be there and is not, and without a registry", async () => {
  const registry = createSchemaRegistry({ url: registryUrl });
  const subject = `${topics.name}-own`;
  async function failure(alerts: string): Promise<string> {
    await configure(alerts);
    const code = await start().exited();
    return `${code}: ${weir?.errors ?? ""}`;
  }
  expect(await failure(`, subject: ${subject}, registerSchema: false`)).toContain(
    `1: weir: the schema of alerts is not registered as \`${subject}\``,
  );
  const printed = await runWeir(["schema", "alerts"]);
  expect(JSON.parse(printed.out)).toEqual(JSON.parse(alertAvroSchema));
  const other = { type: "record", name: "Alert", namespace: "weir", fields: [{ name: "id", type: "int" }] };
  await registry.register(subject, JSON.stringify(other));
  const answer = await fetch(`${registryUrl}/config/${subject}`, {
    method: "PUT",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ compatibility: "FULL" }),
  });
  expect(answer.status).toBe(200);
  const refused = await failure(`, subject: ${subject}`);
  expect(refused).toContain(`1: weir: alerts do not fit the schema of \`${subject}\``);
  expect(refused).toContain("alerts.subject");
  proxy.cut();
  const unreachable = await failure("");
  expect(unreachable).toContain("1: weir: cannot reach the schema registry");
  expect(unreachable).toContain("registry.url");
}, 120_000);
