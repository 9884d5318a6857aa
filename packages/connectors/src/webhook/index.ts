export { type SignedHeaders, sign, verify } from "./signature.ts";
export type { WebhookTarget } from "./target.ts";
export { createWebhookSink, type WebhookSinkOptions } from "./webhook-sink.ts";
export type { WebhookSpan, WebhookTrace } from "./webhook-trace.ts";
