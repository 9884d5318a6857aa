export { createAlertSpans, type AlertSpansOptions } from "./alert-spans.ts";
export { createPipelineSpans, type PipelineSpansOptions } from "./pipeline-spans.ts";
export { traceWebhooks } from "./webhook-spans.ts";
