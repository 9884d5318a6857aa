import { createTraceState, type Link, type SpanContext } from "@opentelemetry/api";
import type { Headers } from "@weir/core";

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** What the standard says a receiver has to take at least. */
const maxStateLength = 512;

/** The span that headers name by W3C Trace Context; `null` where they name none. */
export function spanContextOf(headers: Headers): SpanContext | null {
  const [, version, traceId, spanId, flags, rest] = pattern.exec(textOf(headers["traceparent"])) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  const state = textOf(headers["tracestate"]);
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(state === "" || state.length > maxStateLength ? {} : { traceState: createTraceState(state) }),
  };
}

/** Links of one span: as many as the SDKs keep. */
const maxLinks = 128;

/** Adds a link to the span that headers name, where they name one that is not linked to yet and there is room. */
export function addLink(links: Link[], headers: Headers): void {
  if (links.length >= maxLinks) return;
  const context = spanContextOf(headers);
  if (context === null) return;
  // Alerts of one record are one link.
  if (links.some((link) => link.context.spanId === context.spanId && link.context.traceId === context.traceId)) return;
  links.push({ context });
}

/** The headers that name a span. */
export function traceHeaders({ traceId, spanId, traceFlags, traceState }: SpanContext): Record<string, string> {
  const flags = (traceFlags & 1) === 1 ? "01" : "00";
  const state = traceState?.serialize() ?? "";
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(state === "" ? {} : { tracestate: state }) };
}

function textOf(value: Uint8Array | string | undefined): string {
  return value === undefined || typeof value === "string" ? (value ?? "") : Buffer.from(value).toString();
}
