import { type Attributes, type Link, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import type { PipelineEvent, PipelineObserver } from "@weir/core";
import { BatchSpans } from "./batch-spans.ts";
import { addLink } from "./trace-context.ts";

export interface PipelineSpansOptions {
  /** The pipeline's name. */
  readonly pipeline: string;
  /** What events come from, as `messaging.system` says it. Default `kafka`. */
  readonly system?: string;
  /** Default: the one that the host's OpenTelemetry SDK gives for `weir`; without an SDK spans cost next to nothing. */
  readonly tracer?: Tracer;
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Spans of a pipeline, told from its events, a few for each batch and none for each event:
 *
 *   process TOPIC      of a batch, with its counts and with links to the spans that the records behind its alerts came from
 *     poll TOPIC         from the first record's coming to its turn
 *     weir decode, weir evaluate
 *     weir stage         the state
 *     send TOPIC         alerts, dead letters, late events
 *     commit TOPIC       the offsets, or the transaction with all of it
 *     weir promote       the state
 *   process SINK       of a batch of a sink, with links as above
 *   weir acquire       the taking up of a task
 *   weir halt
 *
 * Names, kinds and attributes are those of OpenTelemetry's conventions for messaging where they have one. A batch that failed has the
 * status `ERROR` and the stages it came through.
 */
export function createPipelineSpans(options: PipelineSpansOptions): PipelineObserver {
  const spans = new PipelineSpans(options);
  return (event) => spans.observe(event);
}

class PipelineSpans {
  readonly #pipeline: string;
  readonly #tracer: Tracer;
  readonly #now: () => number;
  readonly #batches: BatchSpans;

  constructor({ pipeline, system = "kafka", tracer = trace.getTracer("weir"), now = Date.now }: PipelineSpansOptions) {
    this.#pipeline = pipeline;
    this.#tracer = tracer;
    this.#now = now;
    this.#batches = new BatchSpans({ pipeline, system, tracer, now });
  }

  observe(event: PipelineEvent): void {
    switch (event.kind) {
      case "acquired": {
        const attributes = { "weir.task": event.task, "weir.version": event.version, "weir.state": event.state };
        this.#span("weir acquire", event.ms, SpanKind.INTERNAL, attributes, []);
        return;
      }
      case "delivered": {
        const links: Link[] = [];
        for (const headers of event.headers) addLink(links, headers);
        const attributes = {
          "messaging.operation.name": "process",
          "messaging.operation.type": "process",
          "messaging.batch.message_count": event.alerts + event.refused,
          "weir.sink": event.sink,
          "weir.refused": event.refused,
        };
        this.#span(`process ${event.sink}`, event.ms, SpanKind.CONSUMER, attributes, links);
        return;
      }
      case "halted": {
        const span = this.#tracer.startSpan("weir halt", { attributes: { "weir.pipeline": this.#pipeline } });
        span.recordException(event.error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: event.error.message }).end();
        return;
      }
      default:
        this.#batches.observe(event);
    }
  }

  #span(name: string, ms: number, kind: SpanKind, attributes: Attributes, links: Link[]): void {
    const end = this.#now();
    const all = { "weir.pipeline": this.#pipeline, ...attributes };
    this.#tracer.startSpan(name, { kind, attributes: all, links, startTime: end - ms }).end(end);
  }
}
