import type { LogMessage, LogRecord } from "../contracts/log.ts";

/** Why a record, or what was made of it, could not take effect. */
export interface Problem {
  /** Stable name in kebab-case: that of a `DecodeError`, or `bad-event`, `ahead-of-time`, `poison`, `offset-gap`. */
  readonly code: string;
  /** A lower-case sentence. */
  readonly message: string;
  readonly rule?: string;
  /** How often it was tried. */
  readonly attempts?: number;
}

/**
 * The dead letter of a record: its key, value and headers as they were, and headers that say what it is:
 * `weir-code`, `weir-message`, `weir-topic`, `weir-partition`, `weir-offset`, `weir-timestamp`, and where known `weir-rule`, `weir-attempts`.
 */
export function deadLetter(
  deadLetterTopic: string,
  topic: string,
  partition: number,
  record: LogRecord,
  problem: Problem,
): LogMessage {
  const { code, message, rule, attempts } = problem;
  return {
    topic: deadLetterTopic,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      "weir-code": code,
      "weir-message": message,
      "weir-topic": topic,
      "weir-partition": String(partition),
      "weir-offset": String(record.offset),
      "weir-timestamp": String(record.timestamp),
      ...(rule === undefined ? {} : { "weir-rule": rule }),
      ...(attempts === undefined ? {} : { "weir-attempts": String(attempts) }),
    },
  };
}
