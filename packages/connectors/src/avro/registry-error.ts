/** A schema registry that could not be asked, or that said no. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  /** Whether the same request may succeed later. */
  readonly retriable: boolean;
  /** The registry's own code, such as 40403 for an unknown schema; `null` where it gave none. */
  readonly code: number | null;
  readonly hint: string | null;

  constructor(
    message: string,
    details: { readonly retriable: boolean; readonly code?: number; readonly hint?: string; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retriable = details.retriable;
    this.code = details.code ?? null;
    this.hint = details.hint ?? null;
  }
}
