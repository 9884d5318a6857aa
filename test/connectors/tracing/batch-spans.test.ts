import type { PipelineEvent } from "@weir/core";
import { createPipelineSpans } from "@weir/connectors/tracing";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";

const counts = { consumed: 5, processed: 5, late: 0, deadLetters: 0, skipped: 0, alerts: 2 };
const task = "t";

/** Steps of a commit, each 10 ms after the one before; the batch was received at 1000 and begun at 1020. */
class Script {
  now = 1100;
  readonly #exporter = new InMemorySpanExporter();
  readonly #observe = createPipelineSpans({
    pipeline: "fraud",
    tracer: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#exporter)] }).getTracer("weir"),
    now: () => this.now,
  });

  batch(delivery: "exactly-once" | "at-least-once"): this {
    return this.tell({
      kind: "batch",
      task,
      version: 7,
      inputs: [{ topic: "payments", partition: 3 }],
      records: 5,
      work: { receivedAt: 1000, startedAt: 1020, decodeMs: 4, evaluateMs: 6 },
      delivery,
      messages: new Map([["alerts", 2]]),
    });
  }

  steps(...steps: readonly Extract<PipelineEvent, { kind: "commit-step" }>["step"][]): this {
    for (const step of steps) {
      this.now += 10;
      this.tell({ kind: "commit-step", task, step, version: 7 });
    }
    return this;
  }

  decided(): this {
    const written = { lag: 1, upserts: 1, deletes: 0, stateBytes: 9, ms: 1 };
    return this.tell({ kind: "committed", task, version: 7, counts, ...written });
  }

  tell(event: PipelineEvent): this {
    this.#observe(event);
    return this;
  }

  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }
}

const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;
const times = (spans: readonly ReadableSpan[]): readonly unknown[] =>
  spans.map(({ name, startTime, endTime }) => [name, ms(startTime), ms(endTime)]);

test("a batch of a transaction has its stages as children, stage and send side by side", () => {
  const script = new Script().batch("exactly-once").steps("evaluate", "send", "stage", "offsets");
  script.steps("decide").decided().steps("promote", "done");
  expect(times(script.spans)).toEqual([
    ["poll payments", 1000, 1020],
    ["weir decode", 1020, 1024],
    ["weir evaluate", 1024, 1030],
    ["weir stage", 1100, 1130],
    ["send alerts", 1100, 1120],
    ["commit payments", 1130, 1150],
    ["weir promote", 1150, 1160],
    ["process payments", 1000, 1170],
  ]);
  const [poll, , , , send, commit, , batch] = script.spans;
  const id = batch?.spanContext().spanId;
  expect(script.spans.slice(0, -1).every(({ parentSpanContext }) => parentSpanContext?.spanId === id)).toBe(true);
  expect([poll?.kind, send?.kind, commit?.kind, batch?.kind]).toEqual([
    SpanKind.CLIENT,
    SpanKind.CLIENT,
    SpanKind.CLIENT,
    SpanKind.CONSUMER,
  ]);
  expect(send?.attributes).toMatchObject({
    "messaging.destination.name": "alerts",
    "messaging.batch.message_count": 2,
  });
  expect(commit?.attributes).toMatchObject({
    "messaging.system": "kafka",
    "messaging.operation.type": "settle",
    "messaging.destination.partition.id": "3",
  });
  expect(batch?.attributes).toMatchObject({ "weir.events": 5, "weir.decode_ms": 4, "weir.version": 7 });
});

test("without a transaction the stages follow each other, and the offsets come behind the batch", () => {
  const script = new Script().batch("at-least-once").steps("evaluate", "send", "stage").decided();
  script.steps("promote", "done", "offsets");
  expect(times(script.spans).slice(3)).toEqual([
    ["send alerts", 1100, 1120],
    ["weir stage", 1120, 1130],
    ["weir promote", 1130, 1140],
    ["process payments", 1000, 1150],
    ["commit payments", 1140, 1160],
  ]);
  expect(script.spans.at(-1)?.parentSpanContext?.spanId).toBe(script.spans.at(-2)?.spanContext().spanId);
});

test("a batch whose commit failed is an error with the stages that it came through, and is told again when it is made anew", () => {
  const script = new Script().batch("exactly-once").steps("evaluate", "stage");
  script.tell({ kind: "phase", task, phase: "waiting", reason: "the broker is away" });
  expect(script.spans.map(({ name }) => name)).toEqual([
    "poll payments",
    "weir decode",
    "weir evaluate",
    "weir stage",
    "process payments",
  ]);
  expect(script.spans.at(-1)?.status).toEqual({ code: SpanStatusCode.ERROR, message: "the broker is away" });
  script
    .batch("exactly-once")
    .steps("evaluate", "stage", "send", "offsets", "decide")
    .decided()
    .steps("promote", "done");
  expect(script.spans.filter(({ name }) => name === "process payments")).toHaveLength(2);
  expect(script.spans.at(-1)?.status.code).toBe(SpanStatusCode.UNSET);
});
