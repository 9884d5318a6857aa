import type { SinkAlert } from "@weir/core";
import { storable, storableJson } from "./storable.ts";

/** An alert as a row. */
export interface AlertRow {
  readonly id: string;
  readonly at: Date;
  readonly rule: string;
  readonly severity: string;
  readonly status: string;
  readonly key: string;
  readonly message: string | null;
  readonly data: string;
  readonly events: string | null;
  readonly correlationId: string | null;
}

// Years with partitions of their own: a wild time must not make thousands of tables.
const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** The row of an alert, or why there can be none. */
export function toAlertRow({
  id,
  json,
  headers,
}: SinkAlert): AlertRow | { readonly code: string; readonly message: string } {
  const alert = parse(json);
  if (alert === null) return { code: "not-an-alert", message: "the text is no alert in JSON" };
  const { at, rule, severity, status, key, message, data, events } = alert;
  if (
    typeof at !== "number" ||
    typeof rule !== "string" ||
    typeof severity !== "string" ||
    typeof status !== "string"
  ) {
    return { code: "not-an-alert", message: "`at`, `rule`, `severity` or `status` is missing" };
  }
  if (!(at >= earliest && at < latest)) {
    return { code: "time-out-of-range", message: `the time ${at} is not between the years 1970 and 2200` };
  }
  const correlation = headers["correlation-id"];
  return {
    id: storable(id),
    at: new Date(at),
    rule: storable(rule),
    severity,
    status,
    key: storableJson(key ?? {}),
    message: typeof message === "string" ? storable(message) : null,
    data: storableJson(data ?? {}),
    events: events === undefined ? null : storableJson(events),
    correlationId: correlation === undefined ? null : storable(Buffer.from(correlation).toString()),
  };
}

function parse(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
