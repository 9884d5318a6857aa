/**
 * Why a pipeline halted:
 *
 *   state-lost           what was committed cannot be found in the state store and cannot be made again from the log
 *   partitions-changed   a topic has another number of partitions than the state was made with
 *   not-co-partitioned   the input topics differ in their number of partitions
 *   offset-gap           the log no longer has the records that come next
 *   table                the rows of a lookup table could not be had at the start
 *   log, state, sink     a dependency says that no retry can help
 *   options              the options do not fit each other
 *   internal             a mistake of Weir or of a connector
 */
export type PipelineErrorCode =
  | "state-lost"
  | "partitions-changed"
  | "not-co-partitioned"
  | "offset-gap"
  | "table"
  | "log"
  | "state"
  | "sink"
  | "options"
  | "internal";

/** What ends a pipeline; `hint` says what to do about it. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: PipelineErrorCode;
  readonly task: string | null;
  readonly hint: string | null;

  constructor(
    code: PipelineErrorCode,
    message: string,
    details: { readonly task?: string; readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.task = details.task ?? null;
    this.hint = details.hint ?? null;
  }
}
