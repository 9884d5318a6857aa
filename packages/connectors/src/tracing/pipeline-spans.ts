import {
  type Attributes,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { CommitStep, Headers, PipelineEvent, PipelineObserver } from "@weir/core";
import { spanContextOf } from "./trace-context.ts";

export interface PipelineSpansOptions {
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Default: the one that the host's OpenTelemetry SDK gives for `weir`; without an SDK spans cost next to nothing. */
  readonly tracer?: Tracer;
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** Links of one span: as many as the SDKs keep. */
const maxLinks = 128;

/** What is known of a commit before it is one. */
interface Commit {
  readonly links: Link[];
  readonly steps: { readonly step: CommitStep; readonly at: number }[];
}

/**
 * Spans of a pipeline, told from its events: `weir commit` for each batch, with its steps up to the decision as events of the span; `weir deliver` for
 * each batch of a sink; `weir acquire` for each taking up of a task; `weir halt`. The first two are linked to the spans that the records
 * behind their alerts came from (header `traceparent`).
 */
export function createPipelineSpans({ pipeline, tracer, now = Date.now }: PipelineSpansOptions): PipelineObserver {
  const spans = new PipelineSpans(pipeline, tracer ?? trace.getTracer("weir"), now);
  return (event) => spans.observe(event);
}

class PipelineSpans {
  readonly #pipeline: string;
  readonly #tracer: Tracer;
  readonly #now: () => number;
  /** By task. */
  readonly #commits = new Map<string, Commit>();

  constructor(pipeline: string, tracer: Tracer, now: () => number) {
    this.#pipeline = pipeline;
    this.#tracer = tracer;
    this.#now = now;
  }

  observe(event: PipelineEvent): void {
    switch (event.kind) {
      case "commit-step": {
        const commit = this.#commit(event.task);
        // What failed is made again from its beginning.
        if (event.step === "evaluate") commit.steps.length = 0;
        commit.steps.push({ step: event.step, at: this.#now() });
        if (event.step === "done") commit.steps.length = 0;
        return;
      }
      case "alert":
        addLink(this.#commit(event.task).links, event.headers);
        return;
      case "committed": {
        const { links, steps } = this.#commit(event.task);
        this.#commits.delete(event.task);
        const { counts, version, lag } = event;
        const attributes = {
          "weir.task": event.task,
          "weir.version": version,
          "weir.events": counts.consumed,
          "weir.alerts": counts.alerts,
          "weir.dead_letters": counts.deadLetters,
          "weir.late": counts.late,
          "weir.lag": lag,
          "weir.state.bytes": event.stateBytes,
        };
        const { span, end } = this.#started("weir commit", event.ms, SpanKind.INTERNAL, attributes, links);
        for (const { step, at } of steps) span.addEvent(step, {}, at);
        span.end(end);
        return;
      }
      case "acquired": {
        const attributes = { "weir.task": event.task, "weir.version": event.version, "weir.state": event.state };
        const { span, end } = this.#started("weir acquire", event.ms, SpanKind.INTERNAL, attributes, []);
        span.end(end);
        return;
      }
      case "delivered": {
        const links: Link[] = [];
        for (const headers of event.headers) addLink(links, headers);
        const attributes = {
          "weir.sink": event.sink,
          "messaging.batch.message_count": event.alerts + event.refused,
          "weir.refused": event.refused,
        };
        const { span, end } = this.#started("weir deliver", event.ms, SpanKind.CONSUMER, attributes, links);
        span.end(end);
        return;
      }
      case "halted": {
        const { span } = this.#started("weir halt", 0, SpanKind.INTERNAL, {}, []);
        span.recordException(event.error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: event.error.message }).end();
        return;
      }
      case "phase":
        // Whoever takes the task up next begins anew.
        if (event.phase === "released" || event.phase === "halted") this.#commits.delete(event.task);
        return;
      default:
    }
  }

  #commit(task: string): Commit {
    let commit = this.#commits.get(task);
    if (commit === undefined) this.#commits.set(task, (commit = { links: [], steps: [] }));
    return commit;
  }

  #started(
    name: string,
    ms: number,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): { readonly span: Span; readonly end: number } {
    const end = this.#now();
    const all = { "weir.pipeline": this.#pipeline, ...attributes };
    return { span: this.#tracer.startSpan(name, { kind, attributes: all, links, startTime: end - ms }), end };
  }
}

function addLink(links: Link[], headers: Headers): void {
  if (links.length >= maxLinks) return;
  const context = spanContextOf(headers);
  if (context === null) return;
  // Alerts of one record are one link.
  if (links.some((link) => link.context.spanId === context.spanId && link.context.traceId === context.traceId)) return;
  links.push({ context });
}
