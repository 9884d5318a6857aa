import { type Link, SpanKind, trace, type Tracer } from "@opentelemetry/api";
import type { Alert, AlertHeaders } from "@weir/core";
import { addLink, traceHeaders } from "./trace-context.ts";

export interface AlertSpansOptions {
  /** Which part of alerts gets a span, from 0 to 1. Which ones these are depends on their ids alone. */
  readonly ratio: number;
  /** Where they go; `null`: to no topic. */
  readonly topic: string | null;
  /** Default: the one that the host's OpenTelemetry SDK gives for `weir`. */
  readonly tracer?: Tracer;
}

/**
 * For `PipelineOptions.alertHeaders`: a span `create TOPIC` for a part of the alerts, the first of a trace of its own, with a link to
 * the span that the alert's record came from. The alert goes on with it as its `traceparent`; what has no span goes on with that of its
 * record.
 */
export function createAlertSpans({ ratio, topic, tracer = trace.getTracer("weir") }: AlertSpansOptions): AlertHeaders {
  const most = ratio * 2 ** 32;
  return (alert, carried) => {
    if (hashOf(alert.id) >= most) return carried;
    const links: Link[] = [];
    addLink(links, carried);
    const name = topic === null ? "create" : `create ${topic}`;
    const span = tracer.startSpan(name, {
      kind: SpanKind.PRODUCER,
      attributes: attributesOf(alert, topic),
      links,
      root: true,
    });
    const { tracestate: _, ...rest } = carried;
    const headers = span.isRecording() ? { ...rest, ...traceHeaders(span.spanContext()) } : carried;
    span.end();
    return headers;
  };
}

function attributesOf({ id, rule, severity, status }: Alert, topic: string | null): Record<string, string> {
  return {
    "messaging.operation.name": "create",
    "messaging.operation.type": "create",
    ...(topic === null ? {} : { "messaging.system": "kafka", "messaging.destination.name": topic }),
    "weir.alert": id,
    "weir.rule": rule,
    "weir.severity": severity,
    "weir.status": status,
  };
}

/** FNV-1a, of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
