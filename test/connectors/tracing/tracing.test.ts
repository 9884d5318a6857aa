import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createPipeline, type LogRecord, MemoryStateStore, type Source } from "@weir/core";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createNodeHost } from "@weir/connectors/host";
import { createAlertSpans, createPipelineSpans, traceWebhooks } from "@weir/connectors/tracing";
import { createWebhookSink } from "@weir/connectors/webhook";
import { compile } from "@weir/dsl";
import { SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, expect, test } from "vitest";

const compiled = compile('STREAM payments TIME ts  RULE large FROM payments WHERE amount > 900 EMIT HIGH "{user}"');
if (!compiled.ok) throw new Error("the rules have errors");
const { plan } = compiled;

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanIds = ["00f067aa0ba902b7", "00f067aa0ba902b8", "00f067aa0ba902b9"] as const;

let exporter: InMemorySpanExporter;
let tracer: Tracer;
let receiver: Server;
let received: { readonly traceparent: string; readonly tracestate: string; readonly correlation: string }[] = [];
let answer = 204;

beforeEach(async () => {
  exporter = new InMemorySpanExporter();
  tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer("weir");
  received = [];
  answer = 204;
  receiver = createServer((request, response) => {
    const text = (name: string): string => String(request.headers[name] ?? "");
    const [traceparent, tracestate, correlation] = [text("traceparent"), text("tracestate"), text("correlation-id")];
    received.push({ traceparent, tracestate, correlation });
    request.resume().on("end", () => response.writeHead(answer).end());
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
});

afterEach(() => receiver.close());

/** Payments with these headers, all at once. */
async function run(
  headers: readonly LogRecord["headers"][],
  { withTracer = tracer, ratio = 0 }: { readonly withTracer?: Tracer | null; readonly ratio?: number } = {},
): Promise<void> {
  const records = headers.map((each, i): LogRecord => {
    const value = Buffer.from(JSON.stringify({ user: `u${i}`, amount: 950, ts: i }));
    return { offset: i, timestamp: 0, key: null, value, headers: each };
  });
  let given = false;
  const source: Source = {
    name: "payments",
    open: () => Promise.resolve(),
    poll: () => {
      const first = !given;
      given = true;
      return Promise.resolve(first ? { kind: "records", records, next: records.length } : { kind: "end" });
    },
    acknowledge: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const sink = createWebhookSink({
    targets: [
      { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, secret: "a secret of 24 characters" },
    ],
    allowHttp: true,
    allowNetworks: ["127.0.0.0/8"],
    concurrency: 1,
    trace: withTracer === null ? traceWebhooks() : traceWebhooks(withTracer),
  });
  const pipeline = createPipeline({
    name: "fraud",
    plan,
    input: { source, decoder: createJsonDecoder({ stream: "payments" }) },
    state: new MemoryStateStore(),
    sinks: [sink],
    host: createNodeHost(),
    observer: createPipelineSpans({ pipeline: "fraud", ...(withTracer === null ? {} : { tracer: withTracer }) }),
    alertHeaders: createAlertSpans({ ratio, topic: null, ...(withTracer === null ? {} : { tracer: withTracer }) }),
  });
  await pipeline.start();
  await pipeline.ended;
  await sink.close();
}

test("batches and deliveries are spans with links to where the events came from, each webhook a span within that trace", async () => {
  await run([
    { traceparent: `00-${traceId}-${spanIds[0]}-01`, tracestate: "a=1", "correlation-id": "c0" },
    { traceparent: Buffer.from(`00-${traceId}-${spanIds[1]}-01`) },
    { traceparent: "nonsense", "correlation-id": "c2" },
  ]);
  const spans = exporter.getFinishedSpans();
  const named = (name: string) => spans.filter((span) => span.name === name);

  const [batch] = named("process payments");
  expect(batch?.kind).toBe(SpanKind.CONSUMER);
  expect(batch?.attributes).toMatchObject({
    "messaging.operation.type": "process",
    "messaging.destination.name": "payments",
    "messaging.consumer.group.name": "fraud",
    "messaging.batch.message_count": 3,
    "weir.events": 3,
    "weir.alerts": 3,
  });
  expect(batch?.links.map(({ context }) => context.spanId)).toEqual([spanIds[0], spanIds[1]]);
  expect(named("weir acquire")).toHaveLength(1);
  const [delivery] = named("process webhook");
  expect(delivery?.attributes).toMatchObject({ "weir.sink": "webhook", "messaging.batch.message_count": 3 });
  expect(delivery?.links.map(({ context }) => context.traceId)).toEqual([traceId, traceId]);

  const posts = named("POST");
  expect(posts.map(({ kind }) => kind)).toEqual([SpanKind.CLIENT, SpanKind.CLIENT, SpanKind.CLIENT]);
  expect(posts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([spanIds[0], spanIds[1], undefined]);
  expect(posts[0]?.attributes).toMatchObject({ "http.response.status_code": 204, "server.address": "127.0.0.1" });
  // The receiver goes on with the span of the attempt.
  expect(received.map(({ traceparent }) => traceparent)).toEqual(
    posts.map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`),
  );
  expect(posts[0]?.spanContext().traceId).toBe(traceId);
  expect(received[0]).toMatchObject({ tracestate: "a=1", correlation: "c0" });
  expect(received[2]?.correlation).toBe("c2");
});

test("an answer that is an error is one in its span", async () => {
  answer = 404;
  await run([{}]);
  const [post] = exporter.getFinishedSpans().filter(({ name }) => name === "POST");
  expect(post?.status.code).toBe(SpanStatusCode.ERROR);
  expect(post?.attributes["http.response.status_code"]).toBe(404);
});

test("without an SDK there are no spans, and headers go on as they came", async () => {
  await run([{ traceparent: `00-${traceId}-${spanIds[0]}-01`, tracestate: "a=1" }, {}], { withTracer: null, ratio: 1 });
  expect(exporter.getFinishedSpans()).toEqual([]);
  expect(received.map(({ traceparent, tracestate }) => [traceparent, tracestate])).toEqual([
    [`00-${traceId}-${spanIds[0]}-01`, "a=1"],
    ["", ""],
  ]);
});

test("a batch of many alerts has a bounded number of links, one for each event", async () => {
  const id = (n: number): string => n.toString(16).padStart(16, "0");
  await run(Array.from({ length: 300 }, (_, i) => ({ traceparent: `00-${traceId}-${id((i % 200) + 1)}-01` })));
  const [batch] = exporter.getFinishedSpans().filter(({ name }) => name === "process payments");
  expect(batch?.links).toHaveLength(128);
  expect(new Set(batch?.links.map(({ context }) => context.spanId)).size).toBe(128);
});

test("with a ratio of 1 each alert has a span of its own that links to its record's, and webhooks go on with it", async () => {
  await run([{ traceparent: `00-${traceId}-${spanIds[0]}-01`, tracestate: "a=1", "correlation-id": "c0" }, {}], {
    ratio: 1,
  });
  const spans = exporter.getFinishedSpans();
  const created = spans.filter(({ name }) => name === "create");
  expect(created.map(({ kind }) => kind)).toEqual([SpanKind.PRODUCER, SpanKind.PRODUCER]);
  expect(created.map(({ links }) => links.map(({ context }) => context.spanId))).toEqual([[spanIds[0]], []]);
  expect(created.every(({ parentSpanContext }) => parentSpanContext === undefined)).toBe(true);
  expect(created[0]?.attributes).toMatchObject({ "weir.rule": "large", "messaging.operation.type": "create" });
  const posts = spans.filter(({ name }) => name === "POST");
  expect(posts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
    created.map((span) => span.spanContext().spanId),
  );
  // The state of the record's trace is not that of the alert's.
  expect(received[0]).toMatchObject({ tracestate: "", correlation: "c0" });
});

test("with a ratio in between about so many alerts have a span, the same ones each time", async () => {
  const traced = async (): Promise<readonly unknown[]> => {
    exporter.reset();
    await run(
      Array.from({ length: 200 }, () => ({})),
      { ratio: 0.25 },
    );
    return exporter
      .getFinishedSpans()
      .flatMap((span) => (span.name === "create" ? [span.attributes["weir.alert"]] : []));
  };
  const first = await traced();
  expect(first.length).toBeGreaterThan(20);
  expect(first.length).toBeLessThan(90);
  expect(await traced()).toEqual(first);
});
