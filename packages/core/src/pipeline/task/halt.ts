import { SnapshotError } from "../../engine/engine-state.ts";
import { DecoderUnavailableError } from "../contracts/decoder.ts";
import { LogError } from "../contracts/log-error.ts";
import { PipelineError } from "../contracts/pipeline-error.ts";
import { SinkError } from "../contracts/sink.ts";
import { SourceError } from "../contracts/source.ts";
import { StateStoreError } from "../contracts/state-store-error.ts";
import { BulkheadFullError } from "../policy/bulkhead.ts";
import { BreakerOpenError } from "../policy/circuit-breaker.ts";
import { TimeoutError } from "../policy/timeout.ts";
import { EvaluationError } from "./evaluator.ts";

/** The error that ends the pipeline, where no retry can help; else `null`. */
export function haltOf(error: unknown, task: string): PipelineError | null {
  if (error instanceof PipelineError) return error;
  if (passes(error)) return null;
  const message = error instanceof Error ? error.message : String(error);
  const given = { task, cause: error };
  if (error instanceof LogError || error instanceof SourceError) {
    return new PipelineError("log", message, withHint(given, error));
  }
  if (error instanceof StateStoreError) return new PipelineError("state", message, withHint(given, error));
  if (error instanceof SinkError) return new PipelineError("sink", message, withHint(given, error));
  if (error instanceof SnapshotError) {
    return new PipelineError("state", `the state of task \`${task}\` cannot be read: ${message}`, {
      ...given,
      hint: `restore the store from a backup, or begin with empty state on purpose: \`weir reset CONFIG ${task}\``,
    });
  }
  return new PipelineError("internal", `task \`${task}\` failed: ${message}`, given);
}

/** Whether another owner took the task. */
export function isFenced(error: unknown): boolean {
  return (error instanceof LogError || error instanceof StateStoreError) && error.kind === "fenced";
}

/** Whether it may be better later. */
function passes(error: unknown): boolean {
  if (error instanceof LogError) return error.kind !== "fatal";
  if (error instanceof StateStoreError) return error.kind !== "fatal" && error.kind !== "damaged";
  if (error instanceof SinkError || error instanceof SourceError) return error.retriable;
  return (
    error instanceof EvaluationError ||
    error instanceof DecoderUnavailableError ||
    error instanceof TimeoutError ||
    error instanceof BreakerOpenError ||
    error instanceof BulkheadFullError
  );
}

function withHint<Details extends object>(
  details: Details,
  { hint }: { readonly hint: string | null },
): Details & { hint?: string } {
  return hint === null ? details : { ...details, hint };
}
