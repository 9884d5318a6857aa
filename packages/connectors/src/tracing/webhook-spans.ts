import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import type { WebhookSpan, WebhookTrace } from "../webhook/webhook-trace.ts";
import { spanContextOf, traceHeaders } from "./trace-context.ts";

/**
 * For `WebhookSinkOptions.trace`: a span `POST` for each attempt, within the trace of the record that made the alert; the receiver gets
 * it as `traceparent` and can go on with it.
 */
export function traceWebhooks(tracer: Tracer = trace.getTracer("weir")): WebhookTrace {
  return ({ url, alert }): WebhookSpan => {
    const cause = spanContextOf(alert.headers);
    const parent = cause === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, cause);
    const attributes = {
      "http.request.method": "POST",
      "server.address": url.hostname,
      "server.port": Number(url.port === "" ? 443 : url.port),
      "weir.alert": alert.id,
    };
    const span = tracer.startSpan("POST", { kind: SpanKind.CLIENT, attributes }, parent);
    const context = span.spanContext();
    // Without an SDK, and without a trace to be in, there is no span to tell of.
    const named = /[^0]/.test(context.traceId) && /[^0]/.test(context.spanId);
    return {
      headers: named ? traceHeaders(context) : {},
      end({ status, error }) {
        if (status !== undefined) span.setAttribute("http.response.status_code", status);
        if (error !== undefined || (status !== undefined && status >= 400)) {
          span.setStatus({ code: SpanStatusCode.ERROR, ...(error === undefined ? {} : { message: error }) });
        }
        span.end();
      },
    };
  };
}
