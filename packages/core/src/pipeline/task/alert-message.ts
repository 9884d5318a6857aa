import type { Alert } from "../../alert.ts";
import type { AlertFormat } from "../contracts/alert-format.ts";
import type { Headers, LogMessage } from "../contracts/log.ts";

/** The header that carries the id of an alert. */
export const alertIdHeader = "weir-alert-id";

/** An alert as JSON text. Whole numbers too large for a NUMBER, which a decoder may leave in an event, are written as text. */
export function alertJson(alert: Alert): string {
  return JSON.stringify(alert, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** The message of an alert: its key is that of the alert, so that what concerns one key stays in order. */
export function alertMessage(
  topic: string,
  alert: Alert,
  carried: Headers,
  format: AlertFormat | undefined,
): LogMessage {
  return {
    topic,
    key: JSON.stringify(alert.key),
    value: format === undefined ? alertJson(alert) : format.encode(alert, () => alertJson(alert)),
    headers: {
      ...carried,
      [alertIdHeader]: alert.id,
      "weir-rule": alert.rule,
      "weir-severity": alert.severity,
      "weir-status": alert.status,
    },
  };
}

/** The headers of a record that its alerts take over. */
export function carriedHeaders(headers: Headers, names: readonly string[]): Headers {
  const carried: Record<string, Uint8Array | string> = {};
  for (const name of names) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (value !== undefined) carried[name] = value;
  }
  return carried;
}
