import type { PolicySettings } from "../policy/settings.ts";
import type { Headers, TopicPartition } from "./log.ts";

/** An alert on its way to a sink. */
export interface SinkAlert {
  /** The alert's id: writing the same id again changes nothing. */
  readonly id: string;
  /** The alert as JSON text, as `Alert` is documented. */
  readonly json: string;
  /** Headers that came with it: `correlation-id`, `traceparent` and what else is carried. */
  readonly headers: Headers;
}

export interface SinkBatch {
  /** Where it was read from; `null` where the alerts come straight from the engine. */
  readonly source: TopicPartition | null;
  /** The position after the batch, to be stored in the same transaction by a sink that has `position`. */
  readonly next: number;
  readonly alerts: readonly SinkAlert[];
}

/** What a sink will never take, by its place in the batch: the rest was written. It becomes a dead letter. */
export interface Refused {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** Thrown by a sink where the batch was not written, or may not have been. */
export class SinkError extends Error {
  override readonly name = "SinkError";
  /** Whether trying again can help: `false` stops the sink (wrong credentials, a missing table). */
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
 * Where alerts go: a table, a webhook.
 *
 * A batch may come again, as it was or cut otherwise, so writing is idempotent on the alert id, or (a webhook) hands the id on for
 * the receiver to tell. One call of `write` at a time for each source; batches of one source come in order.
 * Throws `SinkError` alone, and resolves or throws within a bounded time.
 */
export interface Sink {
  /** For metrics, health and the name of its consumer group: `postgres`, `pager`. */
  readonly name: string;
  /** Most alerts of one batch; 500 where it is not given. */
  readonly batchSize?: number;
  /**
   * How long alerts wait, where they come from a log, for their batch to become full. Default 0: what is there is written, and what
   * comes meanwhile is the next batch.
   */
  readonly lingerMs?: number;
  /** How calls are guarded where the pipeline's options say nothing; as for webhooks where it is not given. */
  readonly policy?: PolicySettings;
  /**
   * Whether a batch becomes dead letters after as many retries as the policy has, so that one alert that the receiver never takes does
   * not hold up the rest; else it is tried for ever. Default `false`.
   */
  readonly givesUp?: boolean;
  /** Resolves when all of the batch but the refused ones is durable. */
  write(batch: SinkBatch): Promise<readonly Refused[]>;
  /** The position stored with the last batch of a source, `null` where none; of sinks that store it in their own transaction. */
  position?(source: TopicPartition): Promise<number | null>;
  /** Ends connections. Never throws. */
  close(): Promise<void>;
}
