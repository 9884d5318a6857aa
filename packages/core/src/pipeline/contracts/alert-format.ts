import type { Alert } from "../../alert.ts";
import type { LogRecord } from "./log.ts";

/** How alerts are written to their topic, and read from it for the sinks. Without one they are JSON text in UTF-8. */
export interface AlertFormat {
  /** The value of an alert's message. `json` is the alert as it would be written as JSON. */
  encode(alert: Alert, json: () => string): Uint8Array | string;
  /** Fetches what `decode` will need for these records, as of a `Decoder`. Throws `DecoderUnavailableError` while it cannot. */
  prepare?(topic: string, records: readonly LogRecord[]): Promise<void> | null;
  /** The alert as JSON text, as `Alert` is documented. Throws `DecodeError`: then it becomes a dead letter. */
  decode(topic: string, record: LogRecord): string;
}
