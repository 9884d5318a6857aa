import type { SinkAlert } from "@weir/core";

/** One attempt at a message, as a trace sees it. */
export interface WebhookSpan {
  /** Sent with the message, instead of the `traceparent` and `tracestate` of the alert. */
  readonly headers: Readonly<Record<string, string>>;
  end(outcome: { readonly status?: number; readonly error?: string }): void;
}

/** Called before each attempt at a message. */
export type WebhookTrace = (attempt: { readonly url: URL; readonly alert: SinkAlert }) => WebhookSpan;
