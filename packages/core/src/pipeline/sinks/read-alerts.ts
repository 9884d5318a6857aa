import type { AlertFormat } from "../contracts/alert-format.ts";
import { DecodeError } from "../contracts/decoder.ts";
import type { Headers, LogRecord } from "../contracts/log.ts";
import type { Refused, SinkAlert } from "../contracts/sink.ts";
import { alertIdHeader } from "../task/alert-message.ts";
import { decodeUtf8 } from "../text/utf8.ts";

/** A record that the sink will not take, and why. */
export interface RefusedRecord {
  readonly record: LogRecord;
  readonly why: Refused;
}

/** What is in records of the alerts topic. */
export interface ReadAlerts {
  readonly alerts: readonly SinkAlert[];
  /** The record of each of these alerts. */
  readonly readable: readonly LogRecord[];
  readonly unreadable: readonly RefusedRecord[];
}

export function readAlerts(records: readonly LogRecord[], topic: string, format: AlertFormat | undefined): ReadAlerts {
  const alerts: SinkAlert[] = [];
  const readable: LogRecord[] = [];
  const unreadable: RefusedRecord[] = [];
  for (const [index, record] of records.entries()) {
    try {
      const json = format === undefined ? decodeUtf8(record.value ?? new Uint8Array()) : format.decode(topic, record);
      alerts.push({ id: headerText(record.headers, alertIdHeader), json, headers: record.headers });
      readable.push(record);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      unreadable.push({ record, why: { index, code: error.code, message: error.message } });
    }
  }
  return { alerts, readable, unreadable };
}

function headerText(headers: Headers, name: string): string {
  const value = headers[name] ?? "";
  return typeof value === "string" ? value : decodeUtf8(value);
}
