import type { EventData } from "@weir/core";

/** The stream that an event belongs to. */
export function streamOf(event: EventData, topic: string, stream: string | undefined): string {
  if (stream !== undefined) return stream;
  const named = Object.hasOwn(event, "stream") ? event["stream"] : undefined;
  return typeof named === "string" ? named : topic;
}
