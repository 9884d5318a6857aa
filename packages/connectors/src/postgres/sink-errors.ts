import { SinkError } from "@weir/core";
import { problemOf } from "./database-problem.ts";

/** The `SinkError` that says what `error`, thrown by the database or its client while doing `what`, means. */
export function toSinkError(what: string, error: unknown): SinkError {
  if (error instanceof SinkError) return error;
  const { message, ...details } = problemOf(what, error);
  return new SinkError(message, details);
}
