import type { EventData } from "../../row.ts";
import type { LogRecord } from "./log.ts";

/** An event, and the stream of the rule file that it belongs to. */
export interface DecodedEvent {
  readonly stream: string;
  readonly event: EventData;
}

/** Thrown by `Decoder.decode` for a record that can never be decoded: it becomes a dead letter. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  /** Stable name in kebab-case: `not-json`, `unknown-schema`, `wrong-schema`, `too-large`. */
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Thrown by `Decoder.prepare` while something it depends on cannot be reached: the task waits and tries again. */
export class DecoderUnavailableError extends Error {
  override readonly name = "DecoderUnavailableError";
}

/**
 * Bytes to events.
 *
 * `decode` is synchronous and gives the same for the same record at any time, since a replay must reproduce it; what has to be
 * fetched for it (schemas) `prepare` fetches before. A tombstone (value `null`) never reaches it.
 */
export interface Decoder {
  /** Fetches what `decode` will need for these records; `null` where nothing is missing, which must be quick to find out. */
  prepare?(topic: string, records: readonly LogRecord[]): Promise<void> | null;
  /** The events of a record: none, one or several. Throws `DecodeError`. */
  decode(topic: string, record: LogRecord): DecodedEvent | readonly DecodedEvent[];
  /**
   * A decoder that does the same and may leave top-level fields other than these out of events, where that is faster. Records that
   * cannot be decoded are the same ones.
   */
  narrow?(fields: ReadonlySet<string>): Decoder;
}
