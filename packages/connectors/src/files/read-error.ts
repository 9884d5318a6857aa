/** Names of what can go wrong with a file as a whole. */
export type ReadErrorCode =
  | "cannot-open"
  | "cannot-read"
  | "damaged-gzip"
  | "truncated-gzip"
  | "damaged-avro"
  | "truncated-avro"
  | "unsupported-avro"
  | "bad-csv-header"
  | "damaged-csv";

/**
 * A file that cannot be read, or not to its end. What could be read before was delivered.
 *
 * `message` is a lower-case sentence without a full stop; `hint` says what to do about it.
 */
export class ReadError extends Error {
  override readonly name = "ReadError";
  readonly code: ReadErrorCode;
  readonly hint: string | null;

  constructor(
    code: ReadErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
  }
}
