/**
 * What may be concluded from a failed call of a `StateStore`:
 *
 *   fenced       another owner took the task: this one must do nothing more
 *   mismatch     the base is not the one that the call names: the store lost writes, or someone else wrote
 *   unavailable  it may or may not have happened; the same call may be made again (every call is idempotent)
 *   full         it did not happen, for want of space; trying again helps once there is some
 *   damaged      what is stored cannot be read
 *   fatal        no retry can help: wrong credentials, a path that is no folder
 */
export type StateStoreErrorKind = "fenced" | "mismatch" | "unavailable" | "full" | "damaged" | "fatal";

export interface StateStoreErrorDetails {
  readonly kind: StateStoreErrorKind;
  /** What to do about it, naming the setting. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Every error that a `StateStore` throws. The message says what was tried, in lower case. */
export class StateStoreError extends Error {
  override readonly name = "StateStoreError";
  readonly kind: StateStoreErrorKind;
  readonly hint: string | null;

  constructor(message: string, details: StateStoreErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.hint = details.hint ?? null;
  }
}
