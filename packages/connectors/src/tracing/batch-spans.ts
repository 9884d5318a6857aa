import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { PipelineEvent } from "@weir/core";
import { BatchTrace, type Stage } from "./batch-trace.ts";

export interface BatchSpansOptions {
  readonly pipeline: string;
  readonly system: string;
  readonly tracer: Tracer;
  readonly now: () => number;
}

type Batch = Extract<PipelineEvent, { kind: "batch" }>;

/** Where a commit of offsets that comes behind its batch belongs. */
interface Behind {
  readonly parent: Context;
  readonly batch: Batch;
  readonly from: number;
}

/** Makes the spans of a batch when its commit is done, or failed: what no one records costs one span that is none. */
export class BatchSpans {
  readonly #options: BatchSpansOptions;
  /** By task. */
  readonly #traces = new Map<string, BatchTrace>();
  readonly #behind = new Map<string, Behind>();

  constructor(options: BatchSpansOptions) {
    this.#options = options;
  }

  observe(event: PipelineEvent): void {
    switch (event.kind) {
      case "batch":
        this.#trace(event.task).begin(event, this.#options.now());
        return;
      case "alert":
        this.#trace(event.task).link(event);
        return;
      case "committed":
        this.#trace(event.task).committed = event;
        return;
      case "commit-step": {
        const found = this.#traces.get(event.task);
        if (event.step === "offsets" && found?.begun?.delivery !== "exactly-once") this.#offsetsBehind(event.task);
        else found?.end(event.step, this.#options.now());
        if (event.step === "done") this.#finish(event.task, null);
        return;
      }
      case "phase":
        if (event.phase === "waiting" || event.phase === "halted") this.#finish(event.task, event.reason ?? "");
        // Whoever takes the task up next begins anew.
        if (event.phase === "released" || event.phase === "halted") this.#forget(event.task);
        return;
      default:
    }
  }

  #trace(task: string): BatchTrace {
    let found = this.#traces.get(task);
    if (found === undefined) this.#traces.set(task, (found = new BatchTrace()));
    return found;
  }

  #forget(task: string): void {
    this.#traces.delete(task);
    this.#behind.delete(task);
  }

  /** `failure`: why the commit did not get to its end. */
  #finish(task: string, failure: string | null): void {
    const found = this.#traces.get(task);
    const batch = found?.begun ?? null;
    if (found === undefined || batch === null) return;
    this.#traces.delete(task);
    const { tracer, now } = this.#options;
    const { work } = batch;
    const span = tracer.startSpan(named("process", batch), {
      kind: SpanKind.CONSUMER,
      attributes: { ...this.#messaging("process", "process", batch), ...countsOf(batch, found) },
      links: found.links,
      startTime: work.receivedAt,
      root: true,
    });
    if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    if (span.isRecording()) this.#stages(span, batch, found);
    span.end(now());
  }

  #stages(span: Span, batch: Batch, found: BatchTrace): void {
    const parent = trace.setSpan(ROOT_CONTEXT, span);
    const stages = found.stages();
    for (const { stage, from, to } of stages) {
      const { name, kind, attributes } = this.#describe(stage, batch);
      this.#options.tracer.startSpan(name, { kind, attributes, startTime: from }, parent).end(to);
    }
    const last = stages.at(-1);
    if (last?.stage === "promote" && batch.delivery === "at-least-once") {
      this.#behind.set(batch.task, { parent, batch, from: last.to });
    }
  }

  /** Without a transaction offsets are committed in their own time, and only the newest. */
  #offsetsBehind(task: string): void {
    const behind = this.#behind.get(task);
    if (behind === undefined) return;
    this.#behind.delete(task);
    const { name, kind, attributes } = this.#describe("commit", behind.batch);
    const { tracer, now } = this.#options;
    tracer.startSpan(name, { kind, attributes, startTime: behind.from }, behind.parent).end(now());
  }

  #describe(
    stage: Stage["stage"],
    batch: Batch,
  ): { readonly name: string; readonly kind: SpanKind; readonly attributes: Attributes } {
    switch (stage) {
      case "receive":
        return {
          name: named("poll", batch),
          kind: SpanKind.CLIENT,
          attributes: this.#messaging("poll", "receive", batch),
        };
      case "send": {
        const topics = [...batch.messages.keys()];
        const count = [...batch.messages.values()].reduce((sum, each) => sum + each, 0);
        return {
          name: topics.length === 1 ? `send ${topics[0]}` : "send",
          kind: SpanKind.CLIENT,
          attributes: {
            "messaging.system": this.#options.system,
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.batch.message_count": count,
            ...(topics.length === 1 ? { "messaging.destination.name": topics[0]! } : {}),
          },
        };
      }
      case "commit":
        return {
          name: named("commit", batch),
          kind: SpanKind.CLIENT,
          attributes: this.#messaging("commit", "settle", batch),
        };
      default:
        return { name: `weir ${stage}`, kind: SpanKind.INTERNAL, attributes: {} };
    }
  }

  #messaging(name: string, type: string, { inputs, records }: Batch): Attributes {
    const [first] = inputs;
    const single = inputs.length === 1 && first !== undefined;
    return {
      "messaging.system": this.#options.system,
      "messaging.operation.name": name,
      "messaging.operation.type": type,
      "messaging.consumer.group.name": this.#options.pipeline,
      "messaging.batch.message_count": records,
      ...(single ? { "messaging.destination.name": first.topic } : {}),
      ...(first === undefined ? {} : { "messaging.destination.partition.id": String(first.partition) }),
    };
  }
}

function named(operation: string, { inputs }: Batch): string {
  return inputs.length === 1 ? `${operation} ${inputs[0]!.topic}` : operation;
}

function countsOf({ task, version, work }: Batch, { committed }: BatchTrace): Attributes {
  return {
    "weir.task": task,
    "weir.version": version,
    "weir.decode_ms": work.decodeMs,
    "weir.evaluate_ms": work.evaluateMs,
    ...(committed === null
      ? {}
      : {
          "weir.events": committed.counts.consumed,
          "weir.alerts": committed.counts.alerts,
          "weir.dead_letters": committed.counts.deadLetters,
          "weir.late": committed.counts.late,
          "weir.lag": committed.lag,
          "weir.state.bytes": committed.stateBytes,
        }),
  };
}
