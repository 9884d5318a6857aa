import { LogError, type LogRecord } from "@weir/core";
import type { Batch } from "kafkajs";
import type { FetchedRecords } from "./fetch-answer.ts";

/** What one fetch of a partition gave. */
export interface Fetch {
  /** The offset that was asked for. */
  readonly from: number;
  /** The last offset that was looked at. */
  readonly last: number;
  readonly records: readonly LogRecord[];
  /** The first offset that the log still has; `null` where the broker does not say. */
  readonly logStart: number | null;
}

/** What is in a batch of kafkajs, into which `readFetchAnswer` put it. Throws `LogError` where it is another one's. */
export function fetchOf(batch: Batch): Fetch {
  const { fetchedOffset } = batch as Batch & { readonly fetchedOffset?: unknown };
  const message: unknown = batch.messages[0];
  if (fetchedOffset === undefined || !isFetched(message)) {
    throw new LogError("a batch of the client does not hold what was fetched", {
      kind: "fatal",
      code: "unsupported-client",
      hint: "install kafkajs 2.2.4",
    });
  }
  const { offset, records, logStart } = message;
  return { from: Number(fetchedOffset), last: Number(offset), records, logStart };
}

function isFetched(message: unknown): message is FetchedRecords {
  return typeof message === "object" && message !== null && "records" in message && Array.isArray(message.records);
}
