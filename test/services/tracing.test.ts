import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";
import { readAll, type Topics, uniqueTopics, write } from "./topics.ts";
import { WeirProcess } from "./weir-process.ts";

const { kafka } = endpoints();
let topics: Topics;
let folder = "";
let weir: WeirProcess | null = null;

beforeEach(async () => {
  topics = uniqueTopics(kafka);
  folder = await mkdtemp(join(tmpdir(), "weir-tracing-"));
});
afterEach(async () => {
  await weir?.kill("SIGKILL");
  await topics.log.close();
  await rm(folder, { recursive: true, force: true });
});

interface WrittenSpan {
  readonly name: string;
  readonly parent: string | null;
  readonly traceId: string;
  readonly spanId: string;
  readonly links: readonly string[];
}

/** What a host does that traces: an SDK, here with spans that go to a file. */
const setup = (file: string): string => `
import { appendFileSync } from "node:fs";
import { trace } from "${import.meta.resolve("@opentelemetry/api")}";
import { BasicTracerProvider, SimpleSpanProcessor } from "${import.meta.resolve("@opentelemetry/sdk-trace-base")}";
const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { traceId, spanId } = span.spanContext();
      const links = span.links.map(({ context }) => context.spanId);
      const line = { name: span.name, parent: span.parentSpanContext?.spanId ?? null, traceId, spanId, links };
      appendFileSync(${JSON.stringify(file)}, JSON.stringify(line) + "\\n");
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
`;

test("a trace goes from the message of an event by its alert to the webhook, where the process has an SDK set up", async () => {
  let received = "";
  const receiver = createServer((request, response) => {
    received = String(request.headers["traceparent"]);
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const file = join(folder, "spans.ndjson");
  await writeFile(join(folder, "tracing.mjs"), setup(file));
  await writeFile(
    join(folder, "rules.weir"),
    'STREAM payments TIME ts RULE large FROM payments WHERE amount > 9 EMIT LOW "x"',
  );
  await writeFile(
    join(folder, "weir.yaml"),
    `name: ${topics.name}
rules: [rules.weir]
kafka: { brokers: "${kafka}", sessionTimeout: 6s, createTopics: { partitions: 1 } }
inputs: [{ topic: ${topics.input}, stream: payments }]
alerts: { topic: ${topics.alerts} }
deadLetters: ${topics.deadLetters}
state: memory
sinks:
  - webhook:
      targets: [{ url: "http://127.0.0.1:${(receiver.address() as AddressInfo).port}/", secret: a secret of 24 characters }]
      allowHttp: true
      allowNetworks: [127.0.0.0/8]
http: { port: 0 }
`,
  );
  weir = WeirProcess.run(folder, ["--import", join(folder, "tracing.mjs")]);
  await weir.line("answers probes");
  const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
  const headers = { traceparent: `00-${traceId}-${spanId}-01`, "correlation-id": "c1" };
  await write(topics.log, [{ topic: topics.input, key: "u", value: JSON.stringify({ amount: 10, ts: 1 }), headers }]);
  await expect.poll(() => received, { timeout: 30_000 }).not.toBe("");
  receiver.close();
  const [alert] = await readAll(topics.log, topics.alerts);
  expect(Buffer.from(alert?.headers["traceparent"] ?? "").toString()).toBe(headers.traceparent);
  expect(await weir.kill("SIGTERM")).toBe(0);
  const lines = existsSync(file) ? (await readFile(file, "utf8")).trim().split("\n") : [];
  const spans = lines.map((line) => JSON.parse(line) as WrittenSpan);
  const named = (name: string): readonly WrittenSpan[] => spans.filter((span) => span.name === name);
  const [batch] = named(`process ${topics.input}`);
  expect(batch?.links).toEqual([spanId]);
  const stages = spans.filter(({ parent }) => parent === batch?.spanId).map(({ name }) => name);
  expect(stages).toEqual([
    `poll ${topics.input}`,
    "weir decode",
    "weir evaluate",
    "weir stage",
    `send ${topics.alerts}`,
    `commit ${topics.input}`,
    "weir promote",
  ]);
  expect(named("process webhook").flatMap(({ links }) => links)).toEqual([spanId]);
  expect(named("POST")).toMatchObject([{ traceId, parent: spanId }]);
  expect(received).toBe(`00-${traceId}-${named("POST")[0]?.spanId}-01`);
}, 90_000);
