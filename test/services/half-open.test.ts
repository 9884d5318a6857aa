import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSchemaRegistry } from "@weir/connectors/avro";
import { createPool } from "@weir/connectors/postgres";
import avro from "avsc";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";
import { kafkaClient } from "./kafka-client.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import { jsonMessage, readAlerts, readAll, type Topics, uniqueTopics, write } from "./topics.ts";
import { WeirProcess } from "./weir-process.ts";

const { kafka, redis, postgres, registry } = endpoints();
const begin = Date.UTC(2026, 0, 1);

let topics: Topics;
let folder = "";
let schema = "";
let weir: WeirProcess | null = null;
let proxies: TcpProxy[] = [];

beforeEach(async () => {
  topics = uniqueTopics(kafka);
  schema = topics.name.replace("-", "_");
  folder = await mkdtemp(join(tmpdir(), "weir-half-open-"));
  proxies = [];
  await writeFile(
    join(folder, "rules.weir"),
    'STREAM payments TIME ts\nRULE large FROM payments WHERE amount > 9 EMIT LOW "large"\n',
  );
});

afterEach(async () => {
  await weir?.kill("SIGKILL");
  weir = null;
  for (const proxy of proxies) await proxy.close();
  await topics.log.close();
  await rm(folder, { recursive: true, force: true });
  if (postgres === "") return;
  const pool = createPool({ url: postgres });
  await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
});

async function proxyTo(target: string): Promise<TcpProxy> {
  const proxy = await TcpProxy.to(target);
  proxies.push(proxy);
  return proxy;
}

interface Given {
  readonly state?: string;
  readonly input?: string;
  readonly alerts?: string;
  readonly more?: string;
  readonly nodeArgs?: readonly string[];
}

async function start({ state = "memory", input = "", alerts = "", more = "", nodeArgs }: Given): Promise<WeirProcess> {
  await writeFile(
    join(folder, "weir.yaml"),
    `name: ${topics.name}
rules: [rules.weir]
kafka: { brokers: "${kafka}", sessionTimeout: 6s, createTopics: { partitions: 1 } }
inputs: [{ topic: ${topics.input}, stream: payments${input} }]
alerts: { topic: ${topics.alerts}${alerts} }
deadLetters: ${topics.deadLetters}
state: ${state}
settings: { maxBackoffMs: 1s }
http: { port: 0 }
${more}`,
  );
  weir = WeirProcess.run(folder, nodeArgs);
  return weir;
}

async function put(amount: number): Promise<void> {
  await write(topics.log, [jsonMessage(topics.input, "u", { user: "u", amount, ts: begin + amount })]);
}

/** The payments that there is an alert for, in the order of the alerts. */
async function alerted(): Promise<readonly number[]> {
  return (await readAlerts(topics.log, topics.alerts)).map(({ at }) => at - begin);
}

async function stored(): Promise<readonly number[]> {
  const pool = createPool({ url: postgres });
  try {
    const { rows } = await pool.query<{ at: Date }>(`SELECT at FROM ${schema}.alerts ORDER BY at`);
    return rows.map(({ at }) => at.getTime() - begin);
  } finally {
    await pool.end();
  }
}

async function answer(path: string): Promise<string> {
  const { port } = await weir!.line("answers probes");
  return (await fetch(`http://127.0.0.1:${String(port)}${path}`)).text();
}

describe("a server that is not there", () => {
  // Nobody listens there; `fetch` refuses some ports, 1 among them.
  const nowhere = "127.0.0.1:1024";

  test.each([
    ["Redis", { state: `{ redis: { url: "redis://${nowhere}" } }` }, "`state.redis.url`"],
    ["PostgreSQL", { more: `sinks: [{ postgres: { url: "postgres://weir:weir@${nowhere}/weir" } }]\n` }, "`url`"],
    [
      "the schema registry",
      { alerts: ", format: avro", more: `registry: { url: "http://${nowhere}" }\n` },
      "`registry.url`",
    ],
  ])("at the start (%s) ends it in one line that names the setting", async (_, given, setting) => {
    await start(given);
    const code = await weir!.exited();
    expect(code).toBe(1);
    const [said] = weir!.errors.split("\n");
    expect(said).toMatch(/^weir: cannot .*ECONNREFUSED/);
    expect(weir!.errors).toContain(setting);
  });
});

test("a topic that is deleted while it is read halts the pipeline, which says which one", async () => {
  await start({});
  await answer("/live");
  await put(10);
  await expect.poll(alerted, { timeout: 30_000 }).toEqual([10]);
  const admin = kafkaClient(kafka).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topics.input] });
  await admin.disconnect();
  expect(await weir!.exited()).toBe(1);
  expect(weir!.errors).toContain(topics.input);
}, 120_000);

test("a schema registry that goes away: records of known schemas are read on, one of another waits until it is back", async () => {
  const proxy = await proxyTo(registry);
  const client = createSchemaRegistry({ url: registry });
  const schema = (more: readonly object[]) => ({
    type: "record",
    name: "Payment",
    fields: [{ name: "ts", type: "long" }, { name: "amount", type: "double" }, ...more],
  });
  const [first, second] = [schema([]), schema([{ name: "note", type: "string", default: "" }])];
  const ids = new Map<object, number>();
  for (const each of [first, second]) {
    ids.set(each, await client.register(`${topics.input}-value`, JSON.stringify(each)));
  }
  const putAvro = async (of: object, amount: number): Promise<void> => {
    const header = Buffer.alloc(5);
    header.writeUInt32BE(ids.get(of) ?? 0, 1);
    const body = avro.Type.forSchema(of as avro.Schema).toBuffer({ ts: begin + amount, amount, note: "n" });
    const value = Buffer.concat([header, body]);
    await write(topics.log, [{ topic: topics.input, key: "u", value, headers: {} }]);
  };
  await start({ input: ", format: avro", more: `registry: { url: "${proxy.through(registry)}" }\n` });
  await answer("/live");
  await putAvro(first, 10);
  await expect.poll(alerted, { timeout: 30_000 }).toEqual([10]);
  proxy.silence();
  await putAvro(first, 11);
  await expect.poll(alerted, { timeout: 30_000 }).toEqual([10, 11]);
  await putAvro(second, 12);
  await expect.poll(() => answer("/health"), { timeout: 30_000 }).toContain('"phase":"waiting"');
  expect(await alerted()).toEqual([10, 11]);
  proxy.restore();
  await expect.poll(alerted, { timeout: 60_000 }).toEqual([10, 11, 12]);
  expect(await readAll(topics.log, topics.deadLetters)).toEqual([]);
}, 240_000);

describe("a server that takes connections and does not answer", () => {
  test.each([
    ["redis", "cannot connect to Redis"],
    ["postgres", "cannot prepare the database"],
    ["registry", "cannot reach the schema registry"],
  ])(
    "at the start (%s) ends it in one line, within a bounded time",
    async (which, message) => {
      const url = { redis, postgres, registry }[which]!;
      const proxy = await proxyTo(url);
      proxy.silence();
      const through = proxy.through(url);
      const startedAt = performance.now();
      const given: Readonly<Record<string, Given>> = {
        redis: { state: `{ redis: { url: "${through}" } }` },
        postgres: { more: `sinks: [{ postgres: { url: "${through}", schema: ${schema} } }]\n` },
        registry: { alerts: ", format: avro", more: `registry: { url: "${through}" }\n` },
      };
      await start(given[which]!);
      const code = await weir!.exited();
      expect(`${code}: ${weir!.errors}`).toContain(`1: weir: ${message}`);
      expect(performance.now() - startedAt).toBeLessThan(60_000);
    },
    90_000,
  );

  test("in the middle (Redis): nothing is lost or doubled, probes say so, and it goes on when there is an answer", async () => {
    const proxy = await proxyTo(redis);
    await start({ state: `{ redis: { url: "${proxy.through(redis)}", prefix: ${topics.name} } }` });
    await answer("/live");
    await put(10);
    await expect.poll(alerted, { timeout: 30_000 }).toEqual([10]);
    proxy.silence();
    await put(11);
    await expect
      .poll(() => answer("/health"), { timeout: 60_000 })
      .toMatch(/"name":"state","health":"(degraded|down)"/);
    expect(await answer("/live")).toBe("live\n");
    await put(12);
    proxy.restore();
    await expect.poll(alerted, { timeout: 90_000 }).toEqual([10, 11, 12]);
    await expect.poll(() => answer("/ready"), { timeout: 60_000 }).toBe("ok\n");
    expect(await weir?.kill("SIGTERM")).toBe(0);
  }, 240_000);

  test("in the middle (PostgreSQL): alerts go on to their topic, and to the table when there is an answer, each once", async () => {
    const proxy = await proxyTo(postgres);
    const sink = `sinks: [{ postgres: { url: "${proxy.through(postgres)}", schema: ${schema}, flush: 0ms } }]\n`;
    await start({ more: `${sink}policies: { sinks: { postgres: { timeoutMs: 3s, openMs: 2s } } }\n` });
    await answer("/live");
    await put(10);
    await expect.poll(stored, { timeout: 30_000 }).toEqual([10]);
    proxy.silence();
    await put(11);
    await expect.poll(alerted, { timeout: 30_000 }).toEqual([10, 11]);
    await expect
      .poll(() => answer("/health"), { timeout: 60_000 })
      .toMatch(/"name":"postgres","health":"(degraded|down)"/);
    await put(12);
    await expect.poll(alerted, { timeout: 30_000 }).toEqual([10, 11, 12]);
    proxy.restore();
    await expect.poll(stored, { timeout: 90_000 }).toEqual([10, 11, 12]);
    await expect.poll(() => answer("/ready"), { timeout: 60_000 }).toBe("ok\n");
  }, 240_000);
});

test("a schema registry that wants a password, and gets none or a wrong one, is told with its settings", async () => {
  const guard = createServer((_request, response) => {
    response
      .writeHead(401, { "content-type": "application/json" })
      .end('{"error_code":40101,"message":"Unauthorized"}');
  });
  await new Promise<void>((done) => guard.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(guard.address() as AddressInfo).port}`;
  const more = `registry: { url: "${url}", username: weir, password: a-wrong-pass-word }\n`;
  const process = await start({ alerts: ", format: avro", more });
  expect(await process.exited()).toBe(1);
  guard.close();
  expect(process.errors).toContain("with 401: Unauthorized");
  expect(process.errors).toContain("look at `registry.username` and `registry.password`");
  expect(process.errors).not.toContain("a-wrong-pass-word");
});

test("records of a schema id that the registry does not know are waited for, then dead letters, and the rest goes on", async () => {
  await start({ input: ", format: avro, schemaWait: 3s", more: `registry: { url: "${registry}" }\n` });
  await answer("/live");
  const value = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
  await write(topics.log, [
    { topic: topics.input, key: "u", value, headers: {} },
    { topic: topics.input, key: "u", value: "no Avro", headers: {} },
  ]);
  await expect.poll(() => answer("/health"), { timeout: 20_000 }).toContain('"phase":"waiting"');
  await expect.poll(async () => (await readAll(topics.log, topics.deadLetters)).length, { timeout: 90_000 }).toBe(2);
  const codes = (await readAll(topics.log, topics.deadLetters)).map(({ headers }) =>
    Buffer.from(headers["weir-code"] ?? "").toString(),
  );
  expect(codes).toEqual(["unknown-schema", "not-avro"]);
  await expect.poll(() => answer("/ready"), { timeout: 20_000 }).toBe("ok\n");
}, 180_000);

test("a full disk under the file store: the commit waits, probes say so, and it goes on when there is room", async () => {
  const full = join(folder, "disk-is-full");
  // No disk can be filled here; writes of new files fail as on a full one while a file says so.
  await writeFile(
    join(folder, "full-disk.mjs"),
    `import { existsSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
const { open } = promises;
promises.open = async (path, flags, ...rest) => {
  const file = await open(path, flags, ...rest);
  if (flags !== "wx") return file;
  const { writeFile } = file;
  file.writeFile = (bytes, ...more) => {
    if (!existsSync(${JSON.stringify(full)})) return writeFile.call(file, bytes, ...more);
    return Promise.reject(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }));
  };
  return file;
};
syncBuiltinESMExports();
`,
  );
  const more = "policies: { state: { openMs: 2s } }\n";
  await start({ state: "{ file: { path: state } }", more, nodeArgs: ["--import", join(folder, "full-disk.mjs")] });
  await answer("/live");
  await put(10);
  await expect.poll(alerted, { timeout: 30_000 }).toEqual([10]);
  await writeFile(full, "");
  await put(11);
  await expect.poll(() => answer("/health"), { timeout: 60_000 }).toContain("ENOSPC");
  expect(await alerted()).toEqual([10]);
  await rm(full);
  await put(12);
  await expect.poll(alerted, { timeout: 90_000 }).toEqual([10, 11, 12]);
  expect(await weir?.kill("SIGTERM")).toBe(0);
}, 180_000);
