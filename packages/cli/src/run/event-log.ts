import type { Headers, PipelineEvent, PipelineObserver } from "@weir/core";
import type { Logger } from "./logger.ts";

/** Tells in the log what happens to a pipeline; what happens with every batch only at level `debug`. */
export function logEvents(logger: Logger): PipelineObserver {
  return (event) => logEvent(logger, event);
}

function logEvent(logger: Logger, event: PipelineEvent): void {
  const { kind, ...details } = event;
  switch (kind) {
    case "assigned":
      logger.info({ partitions: textOf(event) }, "partitions assigned");
      return;
    case "acquired":
      logger.info(details, "task taken up");
      return;
    case "phase":
      logger[event.phase === "waiting" || event.phase === "halted" ? "warn" : "info"](details, `task ${event.phase}`);
      return;
    case "dead-letter":
      logger.warn(details, "dead letter");
      return;
    case "gap":
      logger.error(details, "the log no longer had records");
      return;
    case "table-failed":
      logger.error(
        { table: event.table, error: messageOf(event.error) },
        "a table could not be read anew: its old rows stay",
      );
      return;
    case "retry":
      logger.warn({ ...details, error: messageOf(event.error) }, "trying again");
      return;
    case "breaker":
      logger[event.state === "closed" ? "info" : "warn"](details, `circuit breaker ${event.state}`);
      return;
    case "sink-stopped":
      logger.error({ sink: event.sink, error: messageOf(event.error) }, "sink stopped");
      return;
    case "halted":
      logger.fatal({ error: messageOf(event.error) }, "halted");
      return;
    case "alert": {
      const { headers: _, ...told } = event;
      const correlationId = correlationIdOf(event.headers);
      logger.debug({ ...told, ...(correlationId === null ? {} : { correlationId }) }, kind);
      return;
    }
    case "delivered": {
      const { headers: _, ...told } = event;
      logger.debug(told, kind);
      return;
    }
    default:
      logger.debug(details, kind);
  }
}

function textOf({ partitions }: Extract<PipelineEvent, { readonly kind: "assigned" }>): string {
  return partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(" ");
}

function correlationIdOf(headers: Headers): string | null {
  const value = headers["correlation-id"];
  return value === undefined ? null : Buffer.from(value).toString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
