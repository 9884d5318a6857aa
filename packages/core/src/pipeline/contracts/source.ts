import type { LogRecord } from "./log.ts";

/** What a `Source` gives: records at ascending positions, and the position after them; or that there is no more, ever. */
export type SourceBatch =
  | { readonly kind: "records"; readonly records: readonly LogRecord[]; readonly next: number }
  | { readonly kind: "idle" }
  | { readonly kind: "end" };

/** Thrown by a source. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  /** Whether trying again can help. */
  readonly retriable: boolean;
  readonly hint: string | null;

  constructor(
    message: string,
    details: { readonly retriable: boolean; readonly hint?: string; readonly cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retriable = details.retriable;
    this.hint = details.hint ?? null;
  }
}

/**
 * Input that is no log with consumer groups: files, rows of an outbox table, requests. It is one task, with at-least-once delivery
 * to sinks; together with the alert ids each alert has one effect.
 *
 * A record's `offset` is its position: a byte offset, a row number, a counter.
 */
export interface Source {
  /** For metrics and state: the name of its task. */
  readonly name: string;
  /**
   * Makes this process the one that reads, before it begins; throws a retriable `SourceError` while another one does, so that this one
   * stands by without disturbing it. Not given: several processes may read, or the state store decides.
   */
  take?(): Promise<void>;
  /** Begins, or begins again, at a position; `null` at the first there is. What a `poll` under way gives is then ignored. */
  open(position: number | null): Promise<void>;
  /** The next records, at most `maxRecords`, waiting for up to `timeoutMs`. */
  poll(maxRecords: number, timeoutMs: number): Promise<SourceBatch>;
  /** All before `position` has taken effect: rows may be deleted, requests answered. Repeating it is harmless. */
  acknowledge(position: number): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}
