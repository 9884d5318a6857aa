import type { PipelineObserver } from "@weir/core";
import { SpanStatusCode, trace } from "@opentelemetry/api";

/** Spans of commits and acquisitions, where the process has an OpenTelemetry SDK set up; else they cost nothing. */
export function traceEvents(pipeline: string): PipelineObserver {
  const tracer = trace.getTracer("weir");
  return (event) => {
    switch (event.kind) {
      case "committed":
      case "acquired": {
        const now = Date.now();
        const attributes = { "weir.pipeline": pipeline, "weir.task": event.task, "weir.version": event.version };
        tracer.startSpan(`weir ${event.kind}`, { attributes, startTime: now - event.ms }).end(now);
        return;
      }
      case "halted": {
        const span = tracer.startSpan("weir halted", { attributes: { "weir.pipeline": pipeline } });
        span.recordException(event.error);
        span.setStatus({ code: SpanStatusCode.ERROR }).end();
        return;
      }
      default:
    }
  };
}
