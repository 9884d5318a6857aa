import type { Log } from "@weir/core";
import { createSchemaRegistry } from "@weir/connectors/avro";
import { keyField, startRepartitioner } from "@weir/connectors/kafka";
import { startOutboxRelay } from "@weir/connectors/postgres";
import type { RunConfig } from "./config/run-config.ts";
import { explained } from "./explained.ts";
import { decoderOf } from "./kafka-resources.ts";
import type { Logger } from "./logger.ts";

/**
 * Starts what brings records to topics besides the rules: copies with other keys, and rows of an outbox. `closers` gets what ends it;
 * the promises reject where no retry can help.
 */
export async function startCopying(
  log: Log,
  config: RunConfig,
  logger: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<readonly Promise<void>[]> {
  const failures: Promise<void>[] = [];
  const registry = config.registry === undefined ? null : createSchemaRegistry(config.registry);
  for (const { from, to, key, format } of config.repartition ?? []) {
    const onError = (error: Error): void => logger.warn({ from, to, err: error }, "copying waits");
    const read = format ?? config.inputs?.find(({ topic }) => topic === to)?.format ?? "json";
    const decoder = decoderOf({ topic: from, format: read }, registry, "");
    const options = { name: config.name, from, to, key: keyField(decoder, key), onError };
    const copying = await explained(() => startRepartitioner(log, options));
    closers.push(() => copying.stop());
    failures.push(copying.ended);
  }
  if (config.outbox !== undefined) {
    const producer = await log.producer();
    const onError = (error: unknown): void => logger.warn({ err: error }, "the outbox waits");
    const relay = startOutboxRelay(producer, { ...config.outbox, onError });
    closers.push(
      () => producer.close(),
      () => relay.stop(),
    );
  }
  return failures;
}
