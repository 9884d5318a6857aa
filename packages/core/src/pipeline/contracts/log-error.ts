/**
 * What may be concluded from a failed call of a `Log`:
 *
 *   retriable        it did not happen; the same call may be made again on the same object
 *   unknown-outcome  it may have happened; the producer is of no use any more: close it, make a new one (which resolves what was open)
 *                    and read the committed offset
 *   fenced           another producer with this transactional id was made later: this one must do nothing more
 *   fatal            no retry can help: wrong credentials, a missing topic, a request that the broker will never take
 */
export type LogErrorKind = "retriable" | "unknown-outcome" | "fenced" | "fatal";

export interface LogErrorDetails {
  readonly kind: LogErrorKind;
  /** Stable name in kebab-case: `concurrent-transactions`, `unknown-topic`, `record-too-large`, `not-authorized`. */
  readonly code: string;
  /** What to do about it, naming the setting. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Every error that a `Log` throws. The message says what was tried, in lower case. */
export class LogError extends Error {
  override readonly name = "LogError";
  readonly kind: LogErrorKind;
  readonly code: string;
  readonly hint: string | null;

  constructor(message: string, details: LogErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.code = details.code;
    this.hint = details.hint ?? null;
  }
}
